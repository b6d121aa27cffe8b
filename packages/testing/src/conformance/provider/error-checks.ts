import assert from 'node:assert/strict';
import type { ErrorCode } from '@lattice-lock/contract';
import { startSimulator } from '../../simulator/simulator-server.ts';
import type { SimulatorFault } from '../../simulator/simulator-reply.ts';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { assertBrokenStream, rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;
type StatusFault = Omit<Extract<SimulatorFault, { type: 'status' }>, 'type'>;

interface Expected {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

const statuses: readonly (readonly [StatusFault, Expected])[] = [
  [{ status: 400 }, { code: 'LATTICE_INVALID_REQUEST', retryable: false }],
  [{ status: 401 }, { code: 'LATTICE_AUTHENTICATION', retryable: false }],
  [{ status: 402 }, { code: 'LATTICE_QUOTA', retryable: false }],
  [{ status: 403 }, { code: 'LATTICE_PERMISSION', retryable: false }],
  [{ status: 404 }, { code: 'LATTICE_NOT_FOUND', retryable: false }],
  [{ status: 408 }, { code: 'LATTICE_TIMEOUT', retryable: true }],
  [
    { status: 409, retryAfterSeconds: 3 },
    { code: 'LATTICE_INVALID_REQUEST', retryable: true, retryAfterMs: 3000 },
  ],
  [{ status: 413 }, { code: 'LATTICE_TOO_LARGE', retryable: false }],
  [{ status: 422 }, { code: 'LATTICE_INVALID_REQUEST', retryable: false }],
  [
    { status: 429, retryAfterSeconds: 7 },
    { code: 'LATTICE_RATE_LIMIT', retryable: true, retryAfterMs: 7000 },
  ],
  [{ status: 500 }, { code: 'LATTICE_UPSTREAM', retryable: true }],
  [{ status: 502 }, { code: 'LATTICE_UPSTREAM', retryable: true }],
  [
    { status: 503, retryAfterSeconds: 2 },
    { code: 'LATTICE_OVERLOADED', retryable: true, retryAfterMs: 2000 },
  ],
  [{ status: 504 }, { code: 'LATTICE_TIMEOUT', retryable: true }],
  [{ status: 529 }, { code: 'LATTICE_OVERLOADED', retryable: true }],
];

function statusCheck([fault, expected]: readonly [StatusFault, Expected]): Check {
  const { status } = fault;
  return {
    id: `status-${status}`,
    title: `a ${status} is ${expected.code}${expected.retryable ? ', to be tried again' : ''}`,
    async run(subject) {
      const reply = { fault: { type: 'status' as const, ...fault } };
      const thrown = await rejection(subject.chat(reply));
      const told = assertBrokenStream(await subject.stream(reply));
      for (const error of [thrown, told]) {
        assert.equal(error.code, expected.code);
        assert.equal(error.retryable, expected.retryable);
        assert.equal(error.retryAfterMs, expected.retryAfterMs);
        assert.equal(error.status, status);
        assert.equal(error.provider, subject.provider.id);
        assert.match(error.message, /\w{4}/, 'the message says something');
      }
      assert.equal((await subject.served(2)).length, 2, 'a provider never retries by itself');
    },
  };
}

const contextLength: Check = {
  id: 'context-length',
  title: 'a prompt that is too long is LATTICE_CONTEXT_LENGTH, not to be tried again',
  async run(subject) {
    const fault = { type: 'status' as const, status: 400, reason: 'context-length' as const };
    const error = await rejection(subject.chat({ fault }));
    assert.equal(error.code, 'LATTICE_CONTEXT_LENGTH');
    assert.equal(error.retryable, false);
  },
};

const quota: Check = {
  id: 'quota',
  title: 'a quota that is used up is LATTICE_QUOTA, though its status says 429',
  notApplicable: ({ traits }) => (traits.hasQuotaMark ? undefined : 'this wire has no mark for a used-up quota'),
  async run(subject) {
    const error = await rejection(subject.chat({ fault: { type: 'status', status: 429, reason: 'quota' } }));
    assert.equal(error.code, 'LATTICE_QUOTA');
    assert.equal(error.retryable, false);
  },
};

const html: Check = {
  id: 'html-200',
  title: "a proxy's HTML page under status 200 is LATTICE_MALFORMED_RESPONSE",
  async run(subject) {
    const headers = { 'content-type': 'text/html' };
    const body = '<!doctype html><html><body><h1>Sign in to continue</h1></body></html>';
    const fault = { type: 'status' as const, status: 200, headers, body };
    assert.equal((await rejection(subject.chat({ fault }))).code, 'LATTICE_MALFORMED_RESPONSE');
    assert.equal(assertBrokenStream(await subject.stream({ fault })).code, 'LATTICE_MALFORMED_RESPONSE');
  },
};

const redirect: Check = {
  id: 'redirect',
  title: 'a redirect is not followed: the credential stays with the host it is for',
  async run(subject) {
    const stranger = await startSimulator();
    try {
      const location = `${stranger.baseUrl(subject.wire)}/elsewhere`;
      for (const status of [302, 307, 308]) {
        const fault = { type: 'status' as const, status, headers: { location }, body: '' };
        await rejection(subject.chat({ fault }));
        assertBrokenStream(await subject.stream({ fault }));
      }
      assert.deepEqual([stranger.served(), stranger.otherRequests()], [[], []], 'nobody went to the other host');
    } finally {
      await stranger.close();
    }
  },
};

const refusedConnection: Check = {
  id: 'connection-refused',
  title: 'a server that is not there is LATTICE_CONNECTION_REFUSED, to be tried again',
  async run(subject) {
    const gone = await startSimulator();
    await gone.close();
    const error = await rejection(subject.open(subject.apiKey, gone).chat(subject.request()));
    assert.equal(error.code, 'LATTICE_CONNECTION_REFUSED');
    assert.equal(error.retryable, true);
  },
};

/** Errors of the vendor and of the way to it. */
export const errorChecks: readonly Check[] = [
  ...statuses.map(statusCheck),
  contextLength,
  quota,
  html,
  redirect,
  refusedConnection,
];
