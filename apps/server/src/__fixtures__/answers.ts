import {
  ChatAccumulator,
  createUsage,
  type Answer,
  type AttemptRecord,
  type ChatEvent,
  type Decision,
  type RunEvent,
} from '@lattice-lock/contract';

/** A decision as a run carries it. */
export const decision: Decision = {
  id: 'dec_1',
  requestId: 'req_1',
  createdAt: '2026-11-20T00:00:00.000Z',
  requested: 'auto',
  mode: 'selected',
  preset: 'balanced',
  weights: { fit: 1, cost: 0, latency: 0, reliability: 0 },
  profile: {
    kind: 'qa',
    kinds: {
      code: 0,
      math: 0,
      reasoning: 0,
      qa: 1,
      creative: 0,
      summarization: 0,
      extraction: 0,
      classification: 0,
      translation: 0,
      tool: 0,
    },
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0,
    difficultyConfidence: 0.5,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 1,
    expectedOutputTokens: 1,
    evidence: [],
  },
  chosen: { provider: 'acme', model: 'm-1' },
  chain: [{ provider: 'acme', model: 'm-1' }],
  candidates: [],
  margin: null,
  simulated: false,
  attempts: [],
};

/** An attempt that answered. */
export const attempt: AttemptRecord = {
  turn: 1,
  attempt: 1,
  model: { provider: 'acme', model: 'm-1' },
  status: 'ok',
  errorCode: null,
  errorMessage: null,
  httpStatus: 200,
  startedAt: '2026-11-20T00:00:00.000Z',
  durationMs: 12,
  firstTokenMs: 3,
  usage: createUsage({ inputTokens: 10, outputTokens: 5 }),
  costNanoUsd: '1500',
};

/** The events of a whole run around those of its answer, and that answer. */
export function runOf(content: readonly ChatEvent[]): {
  readonly events: readonly RunEvent[];
  readonly answer: Answer;
} {
  const accumulator = new ChatAccumulator(attempt.model);
  for (const event of content) accumulator.add(event);
  const answer: Answer = {
    ...accumulator.result(),
    requestId: 'req_1',
    decision,
    attempts: [attempt],
    newMessages: [],
    totalUsage: attempt.usage,
    cost: { nanoUsd: 1500n, unknownEntries: 0 },
    simulated: false,
  };
  return {
    events: [{ type: 'decision', requestId: 'req_1', decision }, ...content, { type: 'answer', answer }],
    answer,
  };
}
