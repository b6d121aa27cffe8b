import assert from 'node:assert/strict';
import type { CallOptions, ErrorCode, LatticeError } from '@lattice-lock/contract';
import type { SimulatorFault } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, eventsOf, readAll, rejection, streamedText } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const story = 'Once upon a time there was a lighthouse that had never seen the sea, and it was content.';
/** Into the text on every wire: past the role, the first block and the ping. */
const afterEvents = 7;
/** A short silence: the provider's own limit would make the suite wait for nothing. */
const shortMs = 150;

/** Only silence must be waited for: elsewhere a busy machine must not be taken for a silent vendor. */
function limitsFor({ type }: SimulatorFault): CallOptions {
  return type === 'stall' ? { idleTimeoutMs: shortMs } : {};
}

function assertPartial(error: LatticeError, text: string): void {
  assert.ok(story.startsWith(text), `what was shown is the beginning of the answer: ${text}`);
  assert.equal(error.partial?.text, text, 'the error holds what had arrived');
  assert.notEqual(error.partial?.finishReason, 'stop', 'a broken answer does not look finished');
}

function streamCheck(id: string, title: string, fault: SimulatorFault, codes: readonly ErrorCode[]): Check {
  return {
    id,
    title,
    async run(subject) {
      subject.simulator.enqueue({ answer: { text: story }, fault });
      const events = await readAll(subject.provider.stream(subject.request(), limitsFor(fault)));
      const error = assertBrokenStream(events);
      assert.ok(codes.includes(error.code), `the code is ${codes.join(' or ')}, not ${error.code}: ${error.message}`);
      const text = streamedText(events);
      // A reset may overtake what was sent before it (RFC 9293, section 3.10.7.4).
      if (fault.type !== 'reset') assert.ok(text.length > 0, 'what had arrived before the fault was shown');
      assertPartial(error, text);
    },
  };
}

const cutEarly: Check = {
  id: 'cut-at-once',
  title: 'a stream that ends before its first event is interrupted, not an empty answer',
  async run(subject) {
    const events = await subject.stream({ answer: { text: story }, fault: { type: 'cut', afterEvents: 0 } });
    const { code } = assertBrokenStream(events);
    assert.ok(['LATTICE_STREAM_INTERRUPTED', 'LATTICE_MALFORMED_RESPONSE'].includes(code), code);
  },
};

const cutCall: Check = {
  id: 'cut-tool-call',
  title: 'a tool call that was cut is never whole',
  async run(subject) {
    const toolCalls = [{ name: 'get_tide', arguments: { port: 'Brest', days: [1, 2, 3, 4, 5, 6, 7, 8] } }];
    const answer = { text: 'I look it up at once.', toolCalls };
    const broken = await subject.stream({ answer, fault: { type: 'reset', when: 'mid-answer' } });
    assert.deepEqual(assertBrokenStream(broken).partial?.toolCalls ?? [], []);
    // Vendors send a call in many events or in one: the cut must come before the end of each.
    for (const count of [11, 7, 5, 3]) {
      const events = await subject.stream({ answer, fault: { type: 'cut', afterEvents: count } });
      if (eventsOf(events, 'finish').length > 0) continue;
      assert.deepEqual(assertBrokenStream(events).partial?.toolCalls ?? [], []);
      return;
    }
    assert.fail('a stream that was cut looks whole');
  },
};

const brokenBody: Check = {
  id: 'broken-body',
  title: 'a buffered body that is cut, reset or silent is an error',
  async run(subject) {
    const faults: readonly SimulatorFault[] = [
      { type: 'cut', afterEvents: 0 },
      { type: 'reset', when: 'mid-answer' },
      { type: 'reset', when: 'before-first-event' },
      { type: 'stall', afterEvents: 0 },
    ];
    for (const fault of faults) {
      subject.simulator.enqueue({ answer: { text: story }, fault });
      const error = await rejection(subject.provider.chat(subject.request(), limitsFor(fault)));
      assert.ok(
        ['STREAM_INTERRUPTED', 'MALFORMED_RESPONSE', 'CONNECTION_RESET', 'TIMEOUT'].includes(error.code.slice(8)),
        `${fault.type}: ${error.code}`,
      );
    }
  },
};

const noHeaders: Check = {
  id: 'first-byte-timeout',
  title: 'a server that never answers is LATTICE_TIMEOUT, to be tried again',
  async run(subject) {
    const fault = { type: 'stall' as const, afterEvents: 'before-headers' as const };
    subject.simulator.enqueue({ fault }, { fault });
    const limit = { firstByteTimeoutMs: shortMs };
    const errors = await Promise.all([
      rejection(subject.provider.chat(subject.request(), limit)),
      readAll(subject.provider.stream(subject.request(), limit)).then(assertBrokenStream),
    ]);
    for (const error of errors) {
      assert.equal(error.code, 'LATTICE_TIMEOUT');
      assert.equal(error.retryable, true);
    }
  },
};

const resetEarly: Check = {
  id: 'reset-before-headers',
  title: 'a connection that is reset before it answers is LATTICE_CONNECTION_RESET, to be tried again',
  async run(subject) {
    const error = await rejection(subject.chat({ fault: { type: 'reset', when: 'before-headers' } }));
    assert.equal(error.code, 'LATTICE_CONNECTION_RESET');
    assert.equal(error.retryable, true);
  },
};

const garbled: Check = {
  ...streamCheck(
    'garbled',
    'a frame with a flipped bit is malformed: its checksum says so',
    { type: 'garbled', afterEvents },
    ['LATTICE_MALFORMED_RESPONSE'],
  ),
  notApplicable: ({ traits }) => (traits.hasTextFrames ? 'the frames of this wire have no checksum' : undefined),
};

/** Streams and bodies that break: errors that keep what had arrived, never a finish. */
export const brokenStreamChecks: readonly Check[] = [
  streamCheck('cut', 'a stream without its terminal event is interrupted', { type: 'cut', afterEvents }, [
    'LATTICE_STREAM_INTERRUPTED',
  ]),
  streamCheck('stalled', 'a stream that falls silent times out', { type: 'stall', afterEvents }, ['LATTICE_TIMEOUT']),
  streamCheck('reset', 'a stream whose connection is reset is broken', { type: 'reset', when: 'mid-answer' }, [
    'LATTICE_STREAM_INTERRUPTED',
    'LATTICE_CONNECTION_RESET',
  ]),
  streamCheck('malformed', 'an event that is not JSON is malformed', { type: 'malformed', afterEvents }, [
    'LATTICE_MALFORMED_RESPONSE',
  ]),
  streamCheck('error-event', "the vendor's error in mid-stream is an error", { type: 'error-event', afterEvents }, [
    'LATTICE_OVERLOADED',
    'LATTICE_UPSTREAM',
  ]),
  garbled,
  cutEarly,
  cutCall,
  brokenBody,
  noHeaders,
  resetEarly,
];
