import type { Answer, ChatResult, FinishReason, TokenLogprob } from '@lattice-lock/contract';
import { answerMetadata } from './answer-metadata.ts';
import { wireUsage } from './usage.ts';

/** Our finish reasons in OpenAI's words. `other` has none there: it is `stop`, and `lattice.raw_finish_reason` has the vendor's. */
export const wireFinishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  other: 'stop',
};

/** What an answer is rendered with. */
export interface CompletionContext {
  /** `chatcmpl-...`. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** What of the request could not be kept. */
  readonly warnings: readonly string[];
}

/** An answer as the body of a `chat.completion`, with `lattice` beside OpenAI's fields. */
export function chatCompletion(answer: Answer, context: CompletionContext): Readonly<Record<string, unknown>> {
  const usage = wireUsage(answer.usage);
  return {
    id: context.id,
    object: 'chat.completion',
    created: context.created,
    model: `${answer.provider}/${answer.model}`,
    choices: [
      {
        index: 0,
        message: wireMessage(answer),
        logprobs: answer.logprobs === null ? null : wireLogprobs(answer.logprobs),
        finish_reason: wireFinishReasons[answer.finishReason],
      },
    ],
    ...(usage === null ? {} : { usage }),
    lattice: answerMetadata(answer, context.warnings),
  };
}

function wireMessage(answer: ChatResult): Readonly<Record<string, unknown>> {
  const details = reasoningDetails(answer);
  return {
    role: 'assistant',
    content: answer.text === '' && (answer.toolCalls.length > 0 || answer.refusal !== null) ? null : answer.text,
    refusal: answer.refusal,
    ...(answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(answer.providerMetadata === null ? {} : { provider_metadata: { [answer.provider]: answer.providerMetadata } }),
    ...(answer.toolCalls.length === 0
      ? {}
      : {
          tool_calls: answer.toolCalls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.argumentsText },
          })),
        }),
  };
}

/** Probabilities as OpenAI writes them. The bytes of a token are not known. */
export function wireLogprobs(tokens: readonly TokenLogprob[]): Readonly<Record<string, unknown>> {
  const content = tokens.map(({ token, logprob, top }) => ({
    token,
    logprob,
    bytes: null,
    top_logprobs: top.map((other) => ({ ...other, bytes: null })),
  }));
  return { content, refusal: null };
}

/** Reasoning blocks that carry a vendor's proof: only these must come back in the next request. */
function reasoningDetails(answer: ChatResult): readonly Readonly<Record<string, unknown>>[] {
  const details: Readonly<Record<string, unknown>>[] = [];
  for (const part of answer.content) {
    if (part.type !== 'reasoning') continue;
    const common = { index: details.length, provider: part.provider ?? answer.provider, text: part.text };
    if (part.redactedData !== undefined)
      details.push({ type: 'reasoning.encrypted', data: part.redactedData, ...common });
    else if (part.signature !== undefined)
      details.push({ type: 'reasoning.text', signature: part.signature, ...common });
  }
  return details;
}
