import assert from 'node:assert/strict';
import { LatticeError, type ChatEvent } from '@lattice-lock/contract';

/** Reads a stream to its end; the iterator must not throw. */
export async function readAll(stream: AsyncIterable<ChatEvent>): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    assert.fail(`The stream threw; errors are events. It threw: ${String(error)}`);
  }
  return events;
}

/** The events of one kind. */
export function eventsOf<Type extends ChatEvent['type']>(
  events: readonly ChatEvent[],
  type: Type,
): readonly Extract<ChatEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<ChatEvent, { type: Type }> => event.type === type);
}

/** Checks that a stream is `start`, anything, one `finish`. */
export function assertWholeStream(events: readonly ChatEvent[]): void {
  const error = eventsOf(events, 'error')[0]?.error;
  assert.equal(error, undefined, `the stream is whole, but ended with ${error?.code}: ${error?.message}`);
  assert.equal(events[0]?.type, 'start', 'the first event is `start`');
  assert.equal(eventsOf(events, 'start').length, 1, 'there is one `start`');
  assert.equal(events.at(-1)?.type, 'finish', 'the last event is `finish`');
  assert.equal(eventsOf(events, 'finish').length, 1, 'there is one `finish`');
}

/** Checks that a stream ends in one error and never finishes; gives the error back. */
export function assertBrokenStream(events: readonly ChatEvent[]): LatticeError {
  assert.equal(eventsOf(events, 'finish').length, 0, 'a broken stream never says `finish`');
  assert.equal(eventsOf(events, 'tool-call-end').length, 0, 'no tool call of a broken answer is whole');
  assert.equal(eventsOf(events, 'error').length, 1, 'a broken stream says `error` once');
  const last = events.at(-1);
  assert.ok(last?.type === 'error', `the last event is \`error\`, not \`${last?.type}\``);
  assert.ok(LatticeError.isInstance(last.error), 'the error is a LatticeError');
  return last.error;
}

/** Awaits a call that must fail with a LatticeError; gives it back. */
export async function rejection(call: Promise<unknown>): Promise<LatticeError> {
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') assert.fail('the call failed, as it had to; but it resolved');
  assert.ok(LatticeError.isInstance(outcome.reason), `a LatticeError is thrown, not ${String(outcome.reason)}`);
  return outcome.reason;
}

/** The text of the deltas. */
export function streamedText(events: readonly ChatEvent[]): string {
  return eventsOf(events, 'text-delta')
    .map((event) => event.text)
    .join('');
}
