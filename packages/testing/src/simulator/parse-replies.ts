import { LatticeError, type Issue, type JsonObject } from '@lattice-lock/contract';
import type { SimulatorReply } from './simulator-reply.ts';
import { simulatorWires } from './simulator-request.ts';

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array';
type Check = (value: unknown) => string | null;

const is =
  (...kinds: readonly Kind[]): Check =>
  (value) => {
    const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
    return kinds.includes(kind as Kind) ? null : `must be ${kinds.join(' or ')}, not ${kind}`;
  };

const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string) ? null : `must be one of ${words.join(', ')}`;

const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? null : 'must be a whole number of at least 0';

const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const replyShape: Shape = {
  required: {},
  optional: {
    match: is('object'),
    answer: is('object'),
    fault: is('object'),
    chunking: is('object'),
    framing: is('object'),
  },
};
const matchShape: Shape = {
  required: {},
  optional: { route: oneOf('chat', 'probe', 'embeddings'), wire: oneOf(...simulatorWires), model: is('string') },
};
const answerShape: Shape = {
  required: {},
  optional: {
    text: is('string'),
    reasoning: is('object'),
    toolCalls: is('array'),
    refusal: is('string'),
    finishReason: oneOf('stop', 'length', 'tool-calls', 'content-filter', 'other'),
    rawFinishReason: is('string'),
    usage: nullOr(is('object')),
  },
};
const toolCallShape: Shape = {
  required: { name: is('string'), arguments: is('object', 'string') },
  optional: { id: is('string') },
};
const reasoningShape: Shape = {
  required: { text: is('string') },
  optional: { signature: is('string'), redactedData: is('string') },
};
const usageShape: Shape = {
  required: {
    inputTokens: nullOr(is('number')),
    outputTokens: nullOr(is('number')),
    totalTokens: nullOr(is('number')),
    cachedInputTokens: nullOr(is('number')),
    cacheWriteTokens: nullOr(is('number')),
    cacheWriteLongTokens: nullOr(is('number')),
    reasoningTokens: nullOr(is('number')),
  },
  optional: {},
};
const framingShape: Shape = {
  required: {},
  optional: {
    lineEnd: oneOf('lf', 'crlf', 'cr'),
    comments: is('boolean'),
    tight: is('boolean'),
    byteOrderMark: is('boolean'),
    openEnd: is('boolean'),
  },
};
const chunkingShape: Shape = { required: { seed: is('number') }, optional: { maxBytes: count } };

const afterEvents = { required: { type: is('string'), afterEvents: count }, optional: {} };
const faultShapes: Readonly<Record<string, Shape>> = {
  status: {
    required: { type: is('string'), status: count },
    optional: {
      headers: is('object'),
      body: is('object', 'string'),
      retryAfterSeconds: is('number'),
      reason: oneOf('context-length', 'quota', 'content-filter'),
    },
  },
  reset: {
    required: { type: is('string'), when: oneOf('before-headers', 'before-first-event', 'mid-answer') },
    optional: {},
  },
  cut: afterEvents,
  slow: { required: { type: is('string'), delayMsPerEvent: count }, optional: {} },
  stall: {
    required: { type: is('string'), afterEvents: (value) => (value === 'before-headers' ? null : count(value)) },
    optional: {},
  },
  malformed: afterEvents,
  garbled: afterEvents,
  'error-event': { ...afterEvents, optional: { message: is('string') } },
};

/**
 * Checks replies that came over HTTP: `{"replies": [...]}`.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST`, status 400, with every problem in `issues`
 */
export function parseReplies(body: JsonObject): readonly SimulatorReply[] {
  const issues: Issue[] = [];
  const { replies } = body;
  if (!Array.isArray(replies)) issues.push({ path: 'replies', message: 'must be an array of replies' });
  else replies.forEach((reply: unknown, index) => checkReply(reply, `replies[${index}]`, issues));
  if (issues.length > 0) {
    const list = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new LatticeError('LATTICE_INVALID_REQUEST', `The replies cannot be used: ${list}.`, { status: 400, issues });
  }
  return replies as unknown as readonly SimulatorReply[];
}

function checkReply(reply: unknown, path: string, issues: Issue[]): void {
  const value = checkShape(reply, replyShape, path, issues);
  if (value === null) return;
  checkPart(value.match, matchShape, `${path}.match`, issues);
  checkPart(value.framing, framingShape, `${path}.framing`, issues);
  checkPart(value.chunking, chunkingShape, `${path}.chunking`, issues);
  const answer = checkPart(value.answer, answerShape, `${path}.answer`, issues);
  checkPart(answer?.reasoning, reasoningShape, `${path}.answer.reasoning`, issues);
  checkPart(answer?.usage ?? undefined, usageShape, `${path}.answer.usage`, issues);
  if (Array.isArray(answer?.toolCalls)) {
    answer.toolCalls.forEach((call: unknown, index) =>
      checkShape(call, toolCallShape, `${path}.answer.toolCalls[${index}]`, issues),
    );
  }
  if (is('object')(value.fault) !== null) return;
  const { type } = value.fault as JsonObject;
  const shape = typeof type === 'string' && Object.hasOwn(faultShapes, type) ? faultShapes[type] : undefined;
  if (shape !== undefined) checkShape(value.fault, shape, `${path}.fault`, issues);
  else issues.push({ path: `${path}.fault.type`, message: `must be one of ${Object.keys(faultShapes).join(', ')}` });
}

function checkPart(value: unknown, shape: Shape, path: string, issues: Issue[]): JsonObject | null {
  return value === undefined ? null : checkShape(value, shape, path, issues);
}

/** Adds what is wrong with an object; gives it back where its fields can be looked at further. */
function checkShape(value: unknown, shape: Shape, path: string, issues: Issue[]): JsonObject | null {
  const problem = is('object')(value);
  if (problem !== null) {
    issues.push({ path, message: problem });
    return null;
  }
  const object = value as JsonObject;
  for (const name of Object.keys(shape.required)) {
    if (!Object.hasOwn(object, name)) issues.push({ path: `${path}.${name}`, message: 'is missing' });
  }
  const checks = { ...shape.required, ...shape.optional };
  for (const [name, field] of Object.entries(object)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const wrong = check === undefined ? `is not known; known are ${Object.keys(checks).join(', ')}` : check(field);
    if (wrong !== null) issues.push({ path: `${path}.${name}`, message: wrong });
  }
  return object;
}
