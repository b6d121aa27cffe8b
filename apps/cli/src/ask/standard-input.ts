import type { Clock } from '@lattice-lock/contract';
import type { StandardInput } from '../cli-context.ts';
import { readBounded } from './prompt-part.ts';

/** How standard input is read. */
export interface StandardInputOptions {
  /** True when the prompt has nothing else, or asks for standard input by `-`: then it is read however long it takes. */
  readonly isNeeded: boolean;
  readonly clock: Clock;
  /** Said when nothing has come for a while. */
  notice(text: string): void;
}

/** How long to wait for a first byte before saying so, ms. */
const patienceMs = 3000;
const waiting = 'Waiting for text on standard input; end it with Ctrl-D, or run with "< /dev/null" to send none.';
const skipped = 'Nothing came on standard input; going on without it. Add "-" to the prompt to wait for it.';

/**
 * Everything on standard input; `null` where there is none. A pipe or file is read to its end. A socket, as a program
 * gives that spawns this one and never writes, is let go of when nothing came in time and nothing of it is needed.
 */
export async function readStandardInput(input: StandardInput, options: StandardInputOptions): Promise<Buffer | null> {
  if (input.kind === 'none') return null;
  const stream = input.open();
  const mayBeSkipped = input.kind === 'open-ended' && !options.isNeeded;
  let isSkipped = false;
  const firstByte = new AbortController();
  const onSilence = () => {
    if (firstByte.signal.aborted) return;
    options.notice(mayBeSkipped ? skipped : waiting);
    isSkipped = mayBeSkipped;
    if (mayBeSkipped) stream.destroy();
  };
  options.clock.sleep(patienceMs, firstByte.signal).then(onSilence, () => undefined);
  try {
    return await readBounded(announced(stream, firstByte), 'standard input');
  } catch (error) {
    if (isSkipped) return null;
    throw error;
  } finally {
    firstByte.abort();
    stream.destroy();
  }
}

async function* announced(
  stream: AsyncIterable<Uint8Array | string>,
  firstByte: AbortController,
): AsyncGenerator<Uint8Array | string> {
  for await (const chunk of stream) {
    firstByte.abort();
    yield chunk;
  }
}
