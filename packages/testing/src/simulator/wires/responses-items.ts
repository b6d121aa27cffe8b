import type { JsonObject } from '@lattice-lock/contract';
import type { PlannedAnswer, PlannedReasoning, PlannedToolCall } from '../planned-answer.ts';
import { hashText } from '../seeded-random.ts';
import { openAILogprobs } from './openai-logprobs.ts';
import type { AnswerContext } from './simulated-wire.ts';
import { argumentPieces, wordPieces } from './word-pieces.ts';

/** One item of a Responses output: as it begins, what is streamed of it, and whole. */
export interface ResponsesItem {
  readonly whole: JsonObject;
  readonly empty: JsonObject;
  /** Without the ids that every event of an item has. */
  readonly events: readonly { readonly type: string; readonly fields: JsonObject }[];
}

const padding = 'h3Yw8QeR1tUvB6nMzK5x';

/** Deltas are padded so that their lengths tell nothing. */
function deltaFields(delta: string, index: number): JsonObject {
  return { delta, obfuscation: padding.slice(index % padding.length) };
}

/** The items of an answer, in the order in which the vendor sends them. */
export function responsesItems(answer: PlannedAnswer, context: AnswerContext): readonly ResponsesItem[] {
  const items: ResponsesItem[] = [];
  if (answer.reasoning !== null) items.push(reasoningItem(answer.reasoning, context));
  const isCut = answer.finishReason === 'length';
  if (answer.text !== '' || answer.refusal !== null || answer.toolCalls.length === 0) {
    items.push(messageItem(answer, context, isCut));
  }
  for (const [index, call] of answer.toolCalls.entries()) items.push(callItem(call, `${context.id}${index}`, isCut));
  return items;
}

/** The summary comes only when it was asked for, and the sealed thoughts only when `include` names them. */
function reasoningItem(reasoning: PlannedReasoning, { body }: AnswerContext): ResponsesItem {
  const wanted = body.reasoning as JsonObject | null | undefined;
  const isShown = typeof wanted?.summary === 'string' && reasoning.text !== '';
  const include = Array.isArray(body.include) ? body.include : [];
  const isSealed = include.includes('reasoning.encrypted_content');
  const sealed = isSealed ? { encrypted_content: reasoning.redactedData ?? reasoning.signature } : {};
  const head: JsonObject = { id: `rs_sim${hashText(reasoning.text)}`, type: 'reasoning', ...sealed };
  const part = { type: 'summary_text', text: reasoning.text };
  if (!isShown) return { whole: { ...head, summary: [] }, empty: { ...head, summary: [] }, events: [] };
  return {
    whole: { ...head, summary: [part] },
    empty: { ...head, summary: [] },
    events: [
      { type: 'reasoning_summary_part.added', fields: { summary_index: 0, part: { ...part, text: '' } } },
      ...wordPieces(reasoning.text).map((delta, index) => ({
        type: 'reasoning_summary_text.delta',
        fields: { summary_index: 0, ...deltaFields(delta, index) },
      })),
      { type: 'reasoning_summary_text.done', fields: { summary_index: 0, text: reasoning.text } },
      { type: 'reasoning_summary_part.done', fields: { summary_index: 0, part } },
    ],
  };
}

function messageItem(answer: PlannedAnswer, context: AnswerContext, isCut: boolean): ResponsesItem {
  const head = { id: `msg_sim${context.id}`, type: 'message', role: 'assistant' };
  const status = isCut ? 'incomplete' : 'completed';
  const parts: JsonObject[] = [];
  const events: { type: string; fields: JsonObject }[] = [];
  const add = (whole: JsonObject, empty: JsonObject, name: string, text: string, field: string) => {
    const content_index = parts.length;
    const logprobs = field === 'text' ? { logprobs: openAILogprobs(text, context.request) ?? [] } : {};
    parts.push({ ...whole, ...logprobs });
    events.push({ type: 'content_part.added', fields: { content_index, part: empty } });
    for (const [index, piece] of wordPieces(text).entries()) {
      const own = field === 'text' ? { logprobs: logprobs.logprobs?.slice(index, index + 1) ?? [] } : {};
      events.push({ type: `${name}.delta`, fields: { content_index, ...own, ...deltaFields(piece, index) } });
    }
    events.push({ type: `${name}.done`, fields: { content_index, ...logprobs, [field]: text } });
    events.push({ type: 'content_part.done', fields: { content_index, part: { ...whole, ...logprobs } } });
  };
  if (answer.text !== '' || answer.refusal === null) {
    const part = { type: 'output_text', annotations: [] };
    add({ ...part, text: answer.text }, { ...part, text: '' }, 'output_text', answer.text, 'text');
  }
  if (answer.refusal !== null) {
    const part = { type: 'refusal', refusal: answer.refusal };
    add(part, { ...part, refusal: '' }, 'refusal', answer.refusal, 'refusal');
  }
  return {
    whole: { ...head, status, content: parts },
    empty: { ...head, status: 'in_progress', content: [] },
    events,
  };
}

function callItem(call: PlannedToolCall, id: string, isCut: boolean): ResponsesItem {
  const head = { id: `fc_sim${id}`, type: 'function_call', call_id: call.id, name: call.name };
  return {
    whole: { ...head, arguments: call.argumentsText, status: isCut ? 'incomplete' : 'completed' },
    empty: { ...head, arguments: '', status: 'in_progress' },
    events: [
      ...argumentPieces(call.argumentsText).map((delta, index) => ({
        type: 'function_call_arguments.delta',
        fields: deltaFields(delta, index),
      })),
      { type: 'function_call_arguments.done', fields: { arguments: call.argumentsText } },
    ],
  };
}
