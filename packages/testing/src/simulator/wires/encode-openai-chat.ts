import { unknownUsage, type JsonObject, type Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { openAILogprobs } from './openai-logprobs.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { argumentPieces, interleave, wordPieces } from './word-pieces.ts';

const finishWords = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

function finishWord(answer: PlannedAnswer, context: AnswerContext): string {
  if (answer.rawFinishReason !== null) return answer.rawFinishReason;
  // A refusal in its own channel ends with `stop`, and so does a call of the one tool that was forced.
  if (answer.refusal !== null && answer.finishReason === 'content-filter') return 'stop';
  const isForced = typeof context.request.chat.toolChoice === 'object';
  if (answer.finishReason === 'tool-calls' && isForced) return 'stop';
  return answer.finishReason === 'other' ? 'other' : finishWords[answer.finishReason];
}

function wireUsage(usage: Usage): JsonObject {
  return {
    ...(usage.inputTokens === null ? {} : { prompt_tokens: usage.inputTokens }),
    ...(usage.outputTokens === null ? {} : { completion_tokens: usage.outputTokens }),
    ...(usage.totalTokens === null ? {} : { total_tokens: usage.totalTokens }),
    ...(usage.cachedInputTokens === null
      ? {}
      : { prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, audio_tokens: 0 } }),
    ...(usage.reasoningTokens === null
      ? {}
      : {
          completion_tokens_details: {
            reasoning_tokens: usage.reasoningTokens,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
          },
        }),
  };
}

/** What an OpenAI usage says in normal form: it has no word for cache writes. */
function reportedUsage(answer: PlannedAnswer): Pick<WireEvent, 'reported' | 'isWholeUsage'> {
  if (!answer.reportsUsage) return { reported: unknownUsage };
  return { reported: { ...answer.usage, cacheWriteTokens: null, cacheWriteLongTokens: null }, isWholeUsage: true };
}

function baseOf(context: AnswerContext, object: string): JsonObject {
  return {
    id: `chatcmpl-sim${context.id}`,
    object,
    created: Math.floor(context.atMs / 1000),
    model: context.answeringModel,
    service_tier: 'default',
    system_fingerprint: 'fp_lattice_simulator',
  };
}

function reasoningField(answer: PlannedAnswer, context: AnswerContext): JsonObject {
  return answer.reasoning === null || !context.reasoningContent ? {} : { reasoning_content: answer.reasoning.text };
}

/** A buffered answer of `POST /v1/chat/completions`. */
export function encodeOpenAIChatBody(answer: PlannedAnswer, context: AnswerContext): WireEvent {
  const calls = answer.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.argumentsText },
  }));
  const isSilent = answer.text === '' && (calls.length > 0 || answer.refusal !== null);
  const message = {
    role: 'assistant',
    content: isSilent ? null : answer.text,
    ...reasoningField(answer, context),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    refusal: answer.refusal,
    annotations: [],
  };
  const content = openAILogprobs(answer.text, context.request);
  const logprobs = content === null ? null : { content, refusal: null };
  const choice = { index: 0, message, logprobs, finish_reason: finishWord(answer, context) };
  const usage = answer.reportsUsage ? { usage: wireUsage(answer.usage) } : {};
  const body = { ...baseOf(context, 'chat.completion'), choices: [choice], ...usage };
  return { data: JSON.stringify(body), ...reportedUsage(answer) };
}

const padding = 'q7Zr2LxV9mKd4TsWb8YhNc3P';

/** A streamed answer of `POST /v1/chat/completions`: role, deltas, finish, usage where asked for, `[DONE]`. */
export function* encodeOpenAIChatStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
  const base = baseOf(context, 'chat.completion.chunk');
  const { includeUsage } = context.request;
  const options = context.body.stream_options as JsonObject | undefined;
  const isPadded = options?.include_obfuscation !== false;
  let sent = 0;
  const event = (choices: readonly JsonObject[], usage: JsonObject | null): WireEvent => {
    sent += 1;
    const tail = {
      ...(includeUsage && answer.reportsUsage ? { usage } : {}),
      ...(isPadded ? { obfuscation: padding.slice((sent * 7) % 19) } : {}),
    };
    return { data: `data: ${JSON.stringify({ ...base, choices, ...tail })}\n\n` };
  };
  const delta = (fields: JsonObject, finish: string | null = null, logprobs: JsonObject | null = null): WireEvent =>
    event([{ index: 0, delta: fields, logprobs, finish_reason: finish }], null);

  yield delta({
    role: 'assistant',
    content: answer.toolCalls.length > 0 && answer.text === '' ? null : '',
    refusal: null,
  });
  if (answer.reasoning !== null && context.reasoningContent) {
    for (const piece of wordPieces(answer.reasoning.text)) yield delta({ reasoning_content: piece });
  }
  const logprobs = openAILogprobs(answer.text, context.request);
  for (const [index, piece] of wordPieces(answer.text).entries()) {
    const own = logprobs === null ? null : { content: logprobs.slice(index, index + 1), refusal: null };
    yield delta({ content: piece }, null, own);
  }
  for (const piece of wordPieces(answer.refusal ?? '')) yield delta({ refusal: piece });
  for (const fields of toolCallDeltas(answer)) yield delta({ tool_calls: [fields] });
  yield delta({}, finishWord(answer, context));
  if (includeUsage && answer.reportsUsage) yield { ...event([], wireUsage(answer.usage)), ...reportedUsage(answer) };
  yield { data: 'data: [DONE]\n\n' };
}

function* toolCallDeltas(answer: PlannedAnswer): Iterable<JsonObject> {
  for (const [index, call] of answer.toolCalls.entries()) {
    yield { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
  }
  for (const { list, piece } of interleave(answer.toolCalls.map((call) => argumentPieces(call.argumentsText)))) {
    yield { index: list, function: { arguments: piece } };
  }
}
