import { createUsage, type FinishReason, type Usage } from '@lattice-lock/contract';
import type { SimulatedAnswer } from './simulator-reply.ts';
import type { SimulatorRequest } from './simulator-request.ts';
import { hashText } from './seeded-random.ts';
import { inputTokens, outputTokens, textTokens } from './token-rule.ts';

/** A tool call that is ready for the wire. */
export interface PlannedToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

/** An answer with nothing left to decide; a wire only has to write it down. */
export interface PlannedAnswer {
  readonly reasoning: { readonly text: string; readonly signature: string } | null;
  readonly text: string;
  readonly refusal: string | null;
  readonly toolCalls: readonly PlannedToolCall[];
  readonly finishReason: FinishReason;
  readonly rawFinishReason: string | null;
  /** The stop sequence that ended the text, where one did. */
  readonly stopSequence: string | null;
  readonly usage: Usage;
  /** False: the wire carries no usage. */
  readonly reportsUsage: boolean;
}

/** The finish reason an answer has unless told otherwise. */
function naturalFinish(answer: SimulatedAnswer): FinishReason {
  if (answer.refusal !== undefined) return 'content-filter';
  return (answer.toolCalls?.length ?? 0) > 0 ? 'tool-calls' : 'stop';
}

/** A signature that looks like a vendor's seal: the same for the same text. */
export function signatureOf(text: string): string {
  return Buffer.from(`lattice-lock-simulator:${hashText(text)}:${hashText(`seal ${text}`)}`).toString('base64');
}

/** Completes a scripted answer: ids, argument texts, signature, finish reason and usage. */
export function planAnswer(request: SimulatorRequest, answer: SimulatedAnswer): PlannedAnswer {
  const seed = hashText(JSON.stringify(request.body.messages ?? null));
  const toolCalls = (answer.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_sim${seed}${index}`,
    name: call.name,
    argumentsText: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  const reasoning =
    answer.reasoning === undefined
      ? null
      : { text: answer.reasoning.text, signature: answer.reasoning.signature ?? signatureOf(answer.reasoning.text) };
  const texts = { text: answer.text ?? '', refusal: answer.refusal ?? null, reasoning, toolCalls };
  return {
    ...texts,
    finishReason: answer.finishReason ?? naturalFinish(answer),
    rawFinishReason: answer.rawFinishReason ?? null,
    stopSequence: null,
    usage: answer.usage ?? countedUsage(request, texts),
    reportsUsage: answer.usage !== null,
  };
}

/** The usage of an answer by the token rule; nothing is cached. */
export function countedUsage(
  request: SimulatorRequest,
  texts: Pick<PlannedAnswer, 'text' | 'refusal' | 'reasoning' | 'toolCalls'>,
): Usage {
  return createUsage({
    inputTokens: inputTokens(request.chat),
    outputTokens: outputTokens(texts),
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    cacheWriteLongTokens: 0,
    reasoningTokens: texts.reasoning === null ? 0 : textTokens(texts.reasoning.text),
  });
}
