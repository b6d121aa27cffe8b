import { unknownUsage, type JsonObject, type Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { responsesItems, type ResponsesItem } from './responses-items.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';

function wireUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens } = usage;
  return {
    ...(inputTokens === null ? {} : { input_tokens: inputTokens }),
    ...(cachedInputTokens === null ? {} : { input_tokens_details: { cached_tokens: cachedInputTokens } }),
    ...(outputTokens === null ? {} : { output_tokens: outputTokens }),
    ...(reasoningTokens === null ? {} : { output_tokens_details: { reasoning_tokens: reasoningTokens } }),
    ...(totalTokens === null ? {} : { total_tokens: totalTokens }),
  };
}

/** The normal form of what is told: this wire has no word for cache writes. */
function reportedUsage(answer: PlannedAnswer): Pick<WireEvent, 'reported' | 'isWholeUsage'> {
  if (!answer.reportsUsage) return { reported: unknownUsage };
  return { reported: { ...answer.usage, cacheWriteTokens: null, cacheWriteLongTokens: null }, isWholeUsage: true };
}

/** Why an answer is incomplete; `null` for a complete one. Tool calls and refusals are complete. */
function incompleteReason(answer: PlannedAnswer): string | null {
  if (answer.rawFinishReason !== null) return answer.rawFinishReason;
  if (answer.finishReason === 'length') return 'max_output_tokens';
  if (answer.finishReason === 'other') return 'other';
  return answer.finishReason === 'content-filter' && answer.refusal === null ? 'content_filter' : null;
}

function responseOf(context: AnswerContext, fields: JsonObject): JsonObject {
  const { body } = context;
  return {
    id: `resp_sim${context.id}`,
    object: 'response',
    created_at: Math.floor(context.atMs / 1000),
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: {},
    model: context.answeringModel,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: body.reasoning ?? { effort: null, summary: null },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    usage: null,
    user: body.user ?? null,
    ...fields,
  };
}

function endedResponse(answer: PlannedAnswer, items: readonly ResponsesItem[], context: AnswerContext): JsonObject {
  const reason = incompleteReason(answer);
  return responseOf(context, {
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output: items.map((item) => item.whole),
    usage: answer.reportsUsage ? wireUsage(answer.usage) : null,
  });
}

/** A buffered answer of `POST /v1/responses`. */
export function encodeResponsesBody(answer: PlannedAnswer, context: AnswerContext): WireEvent {
  const body = endedResponse(answer, responsesItems(answer, context), context);
  return { data: JSON.stringify(body), ...reportedUsage(answer) };
}

/** A named event; its type stands in the data too. */
export function responsesEvent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** A streamed answer of `POST /v1/responses`: created, in progress, the items with their parts, and the end; no `[DONE]`. */
export function* encodeResponsesStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
  let sequence = 0;
  const event = (type: string, fields: JsonObject): WireEvent => {
    const data = responsesEvent(`response.${type}`, { ...fields, sequence_number: sequence });
    sequence += 1;
    return { data };
  };
  const begun = responseOf(context, { status: 'in_progress' });
  yield event('created', { response: begun });
  yield event('in_progress', { response: begun });
  const items = responsesItems(answer, context);
  for (const [index, item] of items.entries()) {
    yield event('output_item.added', { output_index: index, item: item.empty });
    for (const { type, fields } of item.events) {
      yield event(type, { item_id: item.whole.id as string, output_index: index, ...fields });
    }
    yield event('output_item.done', { output_index: index, item: item.whole });
  }
  const ended = endedResponse(answer, items, context);
  const type = ended.status === 'completed' ? 'completed' : 'incomplete';
  yield { ...event(type, { response: ended }), ...reportedUsage(answer) };
}
