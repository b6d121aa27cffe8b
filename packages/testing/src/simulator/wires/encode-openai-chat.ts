import { unknownUsage, type JsonObject, type Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { openAILogprobs } from './openai-logprobs.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';

/** In what the vendors' chat wires differ from OpenAI's, whose bodies they share. */
export interface ChatFlavour {
  /** Fields of every object; OpenAI's fingerprint is one. */
  readonly baseFields: JsonObject;
  usage(usage: Usage): JsonObject;
  /** Whether reasoning is shown, as `reasoning_content`. */
  showsReasoning(context: AnswerContext): boolean;
  /** Whether a stream is padded so that lengths tell nothing. */
  readonly isPadded: boolean;
  /** Whether a streamed tool call comes whole, not in pieces. */
  readonly hasWholeCalls: boolean;
  /** Whether the last chunk with a choice carries the usage; else one without choices does. */
  readonly hasUsageInFinish: boolean;
  /** What a stream begins with, before its first choice. */
  opening?(context: AnswerContext): JsonObject;
  /** Fields of a choice with this text; `''` for one without. */
  choiceFields?(text: string, answer: PlannedAnswer): JsonObject;
  /** Further fields of a buffered message, and of the deltas before and after the text of a streamed one. */
  extras?(answer: PlannedAnswer, context: AnswerContext): MessageExtras;
  /** Further fields of a buffered body and of a stream's last chunk. */
  bodyFields?(answer: PlannedAnswer, context: AnswerContext): JsonObject;
  /** Fields of a buffered body beside its choices, such as verdicts on the prompt. */
  promptFields?(): JsonObject;
}

/** What a vendor adds to a message. */
export interface MessageExtras {
  readonly whole: JsonObject;
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
}

/** OpenAI itself, and the servers that take reasoning for text. */
export const openAIFlavour: ChatFlavour = {
  baseFields: { service_tier: 'default', system_fingerprint: 'fp_lattice_simulator' },
  usage: openAIUsage,
  showsReasoning: ({ reasoningContent }) => reasoningContent,
  isPadded: true,
  hasWholeCalls: false,
  hasUsageInFinish: false,
};

const finishWords = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' };

/** The vendor's word for the end of an answer. */
export function finishWord(answer: PlannedAnswer, context: AnswerContext): string {
  if (answer.rawFinishReason !== null) return answer.rawFinishReason;
  // A refusal in its own channel ends with `stop`, and so does a call of the one tool that was forced.
  if (answer.refusal !== null && answer.finishReason === 'content-filter') return 'stop';
  const isForced = typeof context.request.chat.toolChoice === 'object';
  if (answer.finishReason === 'tool-calls' && isForced) return 'stop';
  return answer.finishReason === 'other' ? 'other' : finishWords[answer.finishReason];
}

/** Usage in OpenAI's fields. */
export function openAIUsage(usage: Usage): JsonObject {
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
export function reportedUsage(answer: PlannedAnswer): Pick<WireEvent, 'reported' | 'isWholeUsage'> {
  if (!answer.reportsUsage) return { reported: unknownUsage };
  return { reported: { ...answer.usage, cacheWriteTokens: null, cacheWriteLongTokens: null }, isWholeUsage: true };
}

/** Fields that every object of an answer has. */
export function baseOf(flavour: ChatFlavour, context: AnswerContext, object: string): JsonObject {
  return {
    id: `chatcmpl-sim${context.id}`,
    object,
    created: Math.floor(context.atMs / 1000),
    model: context.answeringModel,
    ...flavour.baseFields,
  };
}

/** The encoder of buffered answers of a chat wire. */
export function chatBodyEncoder(flavour: ChatFlavour) {
  return (answer: PlannedAnswer, context: AnswerContext): WireEvent => {
    const calls = answer.toolCalls.map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.argumentsText },
    }));
    const isSilent = answer.text === '' && (calls.length > 0 || answer.refusal !== null);
    const isShown = answer.reasoning !== null && flavour.showsReasoning(context);
    const message = {
      role: 'assistant',
      content: isSilent ? null : answer.text,
      ...(isShown ? { reasoning_content: answer.reasoning?.text ?? '' } : {}),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      refusal: answer.refusal,
      annotations: [],
      ...flavour.extras?.(answer, context).whole,
    };
    const content = openAILogprobs(answer.text, context.request);
    const logprobs = content === null ? null : { content, refusal: null };
    const choice = {
      index: 0,
      message,
      logprobs,
      finish_reason: finishWord(answer, context),
      ...flavour.choiceFields?.(answer.text, answer),
    };
    const body = {
      ...baseOf(flavour, context, 'chat.completion'),
      choices: [choice],
      ...(answer.reportsUsage ? { usage: flavour.usage(answer.usage) } : {}),
      ...flavour.promptFields?.(),
      ...flavour.bodyFields?.(answer, context),
    };
    return { data: JSON.stringify(body), ...reportedUsage(answer) };
  };
}
