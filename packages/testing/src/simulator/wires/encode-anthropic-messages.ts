import { createUsage, parseToolArguments, unknownUsage, type JsonObject, type Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { argumentPieces, wordPieces } from './word-pieces.ts';

const stopWords = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: 'pause_turn',
};

function stopReason(answer: PlannedAnswer): string {
  if (answer.rawFinishReason !== null) return answer.rawFinishReason;
  return answer.stopSequence === null ? stopWords[answer.finishReason] : 'stop_sequence';
}

/** One block of the answer: whole for a buffered one; empty, then its deltas, for a streamed one. */
interface Block {
  readonly whole: JsonObject;
  readonly empty: JsonObject;
  readonly deltas: readonly JsonObject[];
}

function blocksOf(answer: PlannedAnswer): readonly Block[] {
  const blocks: Block[] = [];
  const { reasoning } = answer;
  if (reasoning !== null && (reasoning.text !== '' || reasoning.redactedData === null)) {
    blocks.push({
      whole: { type: 'thinking', thinking: reasoning.text, signature: reasoning.signature },
      empty: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...wordPieces(reasoning.text).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: reasoning.signature },
      ],
    });
  }
  if (reasoning !== null && reasoning.redactedData !== null) {
    const sealed = { type: 'redacted_thinking', data: reasoning.redactedData };
    blocks.push({ whole: sealed, empty: sealed, deltas: [] });
  }
  // The wire has no channel of its own for refusals: they are text under the stop reason `refusal`.
  const text = `${answer.text}${answer.refusal ?? ''}`;
  if (text !== '') {
    blocks.push({
      whole: { type: 'text', text },
      empty: { type: 'text', text: '' },
      deltas: wordPieces(text).map((piece) => ({ type: 'text_delta', text: piece })),
    });
  }
  for (const call of answer.toolCalls) {
    const head = { type: 'tool_use', id: wireId(call.id, call.isIdGiven), name: call.name };
    const pieces = call.argumentsText === '{}' ? [''] : ['', ...argumentPieces(call.argumentsText)];
    blocks.push({
      whole: { ...head, input: parseToolArguments(call.argumentsText) ?? {} },
      empty: { ...head, input: {} },
      deltas: pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    });
  }
  return blocks;
}

/** Ids of ours get the vendor's own beginning. */
function wireId(id: string, isGiven: boolean): string {
  return isGiven ? id : id.replace(/^call_/, 'toolu_');
}

function fieldOf(name: string, value: number | null): JsonObject {
  return value === null ? {} : { [name]: value };
}

/** The input side of a wire usage, cached parts apart; nothing for what is unknown. */
function inputFields(usage: Usage): JsonObject {
  const cached = (usage.cachedInputTokens ?? 0) + (usage.cacheWriteTokens ?? 0);
  return {
    ...fieldOf('input_tokens', usage.inputTokens === null ? null : usage.inputTokens - cached),
    ...fieldOf('cache_creation_input_tokens', usage.cacheWriteTokens),
    ...fieldOf('cache_read_input_tokens', usage.cachedInputTokens),
  };
}

function creationFields(usage: Usage): JsonObject {
  const { cacheWriteTokens: written, cacheWriteLongTokens: long } = usage;
  if (written === null || long === null) return {};
  return { cache_creation: { ephemeral_5m_input_tokens: written - long, ephemeral_1h_input_tokens: long } };
}

function outputFields(answer: PlannedAnswer): JsonObject {
  const { outputTokens, reasoningTokens } = answer.usage;
  const details = isThinkingReported(answer) ? { output_tokens_details: { thinking_tokens: reasoningTokens } } : {};
  return { ...fieldOf('output_tokens', outputTokens), ...details };
}

/** Thinking is only counted in answers that have some. */
function isThinkingReported(answer: PlannedAnswer): boolean {
  return (answer.usage.reasoningTokens ?? 0) > 0;
}

/** The normal form of the input side, which `message_start` tells. Its `output_tokens` is a place holder, not a count. */
function reportedInput(answer: PlannedAnswer): Usage {
  if (!answer.reportsUsage) return unknownUsage;
  return { ...answer.usage, outputTokens: null, totalTokens: null, reasoningTokens: null };
}

/** The normal form of the whole; the wire sends no total of its own. */
function reportedWhole(answer: PlannedAnswer): Pick<WireEvent, 'reported' | 'isWholeUsage'> {
  if (!answer.reportsUsage) return { reported: unknownUsage };
  const reasoningTokens = isThinkingReported(answer) ? answer.usage.reasoningTokens : null;
  return { reported: createUsage({ ...answer.usage, totalTokens: null, reasoningTokens }), isWholeUsage: true };
}

function messageOf(context: AnswerContext, fields: JsonObject): JsonObject {
  const id = `msg_sim${context.id}`;
  return { id, type: 'message', role: 'assistant', model: context.request.model, ...fields };
}

function serviceFields(): JsonObject {
  return { service_tier: 'standard', inference_geo: 'global' };
}

/** A buffered answer of `POST /v1/messages`. */
export function encodeAnthropicBody(answer: PlannedAnswer, context: AnswerContext): WireEvent {
  const { usage } = answer;
  const counts = { ...inputFields(usage), ...creationFields(usage), ...outputFields(answer), ...serviceFields() };
  const body = messageOf(context, {
    content: blocksOf(answer).map((block) => block.whole),
    stop_reason: stopReason(answer),
    stop_sequence: answer.stopSequence,
    stop_details: null,
    ...(answer.reportsUsage ? { usage: counts } : {}),
  });
  return { data: JSON.stringify(body), ...reportedWhole(answer) };
}

/** A named event; like the vendor's, its JSON ends in blanks so that its length tells nothing. */
export function anthropicEvent(type: string, fields: JsonObject, padding = 0): string {
  const json = JSON.stringify({ type, ...fields });
  return `event: ${type}\ndata: ${json.slice(0, -1)}${' '.repeat(padding)}}\n\n`;
}

/** A streamed answer of `POST /v1/messages`: `message_start`, blocks with a `ping` among them, `message_delta`, `message_stop`. */
export function* encodeAnthropicStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
  let sent = 0;
  const event = (type: string, fields: JsonObject): WireEvent => {
    sent += 1;
    return { data: anthropicEvent(type, fields, (sent * 5) % 13) };
  };
  const { usage, reportsUsage } = answer;
  const counts = { ...inputFields(usage), ...creationFields(usage), output_tokens: 1, ...serviceFields() };
  const message = messageOf(context, {
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(reportsUsage ? { usage: counts } : {}),
  });
  yield { ...event('message_start', { message }), reported: reportedInput(answer) };

  for (const [index, block] of blocksOf(answer).entries()) {
    yield event('content_block_start', { index, content_block: block.empty });
    if (index === 0) yield { data: 'event: ping\ndata: {"type": "ping"}\n\n' };
    for (const delta of block.deltas) yield event('content_block_delta', { index, delta });
    yield event('content_block_stop', { index });
  }

  const delta = { stop_reason: stopReason(answer), stop_sequence: answer.stopSequence };
  const finalCounts = reportsUsage ? { usage: { ...inputFields(usage), ...outputFields(answer) } } : {};
  yield { ...event('message_delta', { delta, ...finalCounts }), ...reportedWhole(answer) };
  yield event('message_stop', {});
}
