import path from 'node:path';
import { readRouterModel } from 'lattice-lock';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import type { RouteFlags } from '../route/run-route.ts';
import { UsageError } from '../usage-error.ts';
import { readBatchRequest } from './batch-request.ts';
import { BatchRouter } from './batch-router.ts';
import { readLines } from './line-reader.ts';

/** Answers are written in pieces of about so many characters. */
const pieceChars = 64 * 1024;

/**
 * Reads prompts as JSONL from standard input and writes what was decided of each as JSONL, in the same order, while it reads.
 *
 * @throws UsageError naming the line that is wrong; what came before it is answered. LatticeError `LATTICE_CONFIG` of the router
 */
export async function runRouteBatch(
  words: readonly string[],
  flags: RouteFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const { context, out } = invocation;
  refuseOthers(words, flags);
  if (context.stdin.kind === 'none') {
    throw new UsageError(
      '--jsonl reads {"id", "prompt"} lines from standard input: lattice route --jsonl < prompts.jsonl',
    );
  }
  const learned =
    flags.router === undefined ? {} : await readRouterModel(path.resolve(context.cwd, flags.router), flags.router);
  const router = await BatchRouter.open(learned, context.clock.now());
  const stream = context.stdin.open();
  let piece = '';
  const flush = async () => {
    const text = piece;
    piece = '';
    if (text === '' || out.hasReaderLeft) return;
    if (!context.stdout.write(text)) await untilWritable(context.stdout);
  };
  try {
    for await (const line of readLines(stream, 'standard input')) {
      piece += `${JSON.stringify(router.answer(readBatchRequest(line)))}\n`;
      if (piece.length >= pieceChars) await flush();
      if (out.hasReaderLeft) break;
    }
  } finally {
    await flush();
    stream.destroy();
  }
  return exitCodes.ok;
}

/** Waits until the reader has caught up, or has left. */
function untilWritable(stream: NodeJS.WritableStream): Promise<void> {
  const events = ['drain', 'close', 'error'] as const;
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** A flag that would be ignored is refused. */
function refuseOthers(words: readonly string[], flags: RouteFlags): void {
  if (flags.jsonl !== true) throw new UsageError('--router goes with --jsonl.');
  const other = Object.keys(flags).find((name) => name !== 'jsonl' && name !== 'router');
  if (words.length === 0 && other === undefined) return;
  const what =
    other === undefined ? 'a prompt' : `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(`--jsonl takes its prompts from standard input and goes with --router alone, not with ${what}.`);
}
