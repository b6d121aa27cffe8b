import {
  createUsage,
  parseToolArguments,
  tokenCount,
  unknownUsage,
  type JsonObject,
  type Usage,
} from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { eventMessage } from './event-stream-message.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { argumentPieces, wordPieces } from './word-pieces.ts';

const latencyMs = 412;
const padding = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP';

const stopWords = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
  other: 'malformed_model_output',
};

function stopReason(answer: PlannedAnswer): string {
  if (answer.rawFinishReason !== null) return answer.rawFinishReason;
  return answer.stopSequence === null ? stopWords[answer.finishReason] : 'stop_sequence';
}

/** Usage on the wire: cached input stands apart, and inside the total. */
function wireUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens: read, cacheWriteTokens: written } = usage;
  const long = usage.cacheWriteLongTokens ?? 0;
  return {
    ...(inputTokens === null ? {} : { inputTokens: inputTokens - (read ?? 0) - (written ?? 0) }),
    ...(outputTokens === null ? {} : { outputTokens }),
    ...(totalTokens === null ? {} : { totalTokens }),
    ...(read === null ? {} : { cacheReadInputTokens: read }),
    ...(written === null ? {} : { cacheWriteInputTokens: written }),
    ...(long === 0
      ? {}
      : {
          cacheDetails: [
            { ttl: '5m', inputTokens: (written ?? 0) - long },
            { ttl: '1h', inputTokens: long },
          ],
        }),
  };
}

/** The normal form of what is told: reasoning is not counted apart. */
function reportedUsage(answer: PlannedAnswer): Pick<WireEvent, 'reported' | 'isWholeUsage'> {
  if (!answer.reportsUsage) return { reported: unknownUsage };
  const { usage } = answer;
  const cacheWriteLongTokens = usage.cacheWriteLongTokens === 0 ? null : usage.cacheWriteLongTokens;
  const totalTokens = tokenCount(usage.totalTokens);
  return {
    reported: createUsage({ ...usage, totalTokens, reasoningTokens: null, cacheWriteLongTokens }),
    isWholeUsage: true,
  };
}

/** One block of the answer: whole for a buffered one; what starts it, if anything does, and its deltas for a streamed one. */
interface Block {
  readonly whole: JsonObject;
  readonly start: JsonObject | null;
  readonly deltas: readonly JsonObject[];
}

function blocksOf(answer: PlannedAnswer): readonly Block[] {
  const blocks: Block[] = [];
  const { reasoning } = answer;
  if (reasoning !== null && (reasoning.text !== '' || reasoning.redactedData === null)) {
    const { text, signature } = reasoning;
    blocks.push({
      whole: { reasoningContent: { reasoningText: { text, signature } } },
      start: null,
      deltas: [
        ...wordPieces(text).map((piece) => ({ reasoningContent: { text: piece } })),
        { reasoningContent: { signature } },
      ],
    });
  }
  if (reasoning !== null && reasoning.redactedData !== null) {
    const sealed = { reasoningContent: { redactedContent: reasoning.redactedData } };
    blocks.push({ whole: sealed, start: null, deltas: [sealed] });
  }
  const text = `${answer.text}${answer.refusal ?? ''}`;
  if (text !== '') {
    blocks.push({ whole: { text }, start: null, deltas: wordPieces(text).map((piece) => ({ text: piece })) });
  }
  for (const call of answer.toolCalls) {
    const head = { toolUseId: call.isIdGiven ? call.id : call.id.replace(/^call_/, 'tooluse_'), name: call.name };
    blocks.push({
      whole: { toolUse: { ...head, input: parseToolArguments(call.argumentsText) ?? {} } },
      start: { toolUse: head },
      deltas: argumentPieces(call.argumentsText).map((input) => ({ toolUse: { input } })),
    });
  }
  return blocks;
}

/** A buffered answer of `converse`: without any id. */
export function encodeConverseBody(answer: PlannedAnswer): WireEvent {
  const body = {
    metrics: { latencyMs },
    output: { message: { content: blocksOf(answer).map((block) => block.whole), role: 'assistant' } },
    stopReason: stopReason(answer),
    ...(answer.reportsUsage ? { usage: wireUsage(answer.usage) } : {}),
  };
  return { data: JSON.stringify(body), ...reportedUsage(answer) };
}

/** A streamed answer of `converse-stream`: text blocks have no start, and the usage comes last. */
export function* encodeConverseStream(answer: PlannedAnswer, _context: AnswerContext): Iterable<WireEvent> {
  let sent = 0;
  const event = (type: string, fields: JsonObject): WireEvent => {
    sent += 1;
    return { data: eventMessage(type, { ...fields, p: padding.slice(0, 1 + ((sent * 11) % padding.length)) }) };
  };
  yield event('messageStart', { role: 'assistant' });
  for (const [contentBlockIndex, block] of blocksOf(answer).entries()) {
    if (block.start !== null) yield event('contentBlockStart', { contentBlockIndex, start: block.start });
    for (const delta of block.deltas) yield event('contentBlockDelta', { contentBlockIndex, delta });
    yield event('contentBlockStop', { contentBlockIndex });
  }
  yield event('messageStop', { stopReason: stopReason(answer) });
  const usage = answer.reportsUsage ? { usage: wireUsage(answer.usage) } : {};
  yield { ...event('metadata', { metrics: { latencyMs }, ...usage }), ...reportedUsage(answer) };
}
