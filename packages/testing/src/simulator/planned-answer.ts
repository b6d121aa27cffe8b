import { createUsage, type FinishReason, type Usage } from '@lattice-lock/contract';
import type { SimulatedAnswer } from './simulator-reply.ts';
import { hashText, seedText } from './seeded-random.ts';
import type { InputUsage } from './prompt-cache.ts';
import { outputTokens, textTokens } from './token-rule.ts';

/** A tool call that is ready for the wire. */
export interface PlannedToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
  /** False where the id was made up here. */
  readonly isIdGiven: boolean;
}

/** Reasoning that is ready for the wire. */
export interface PlannedReasoning {
  readonly text: string;
  readonly signature: string;
  readonly redactedData: string | null;
}

/** An answer with nothing left to decide; a wire only has to write it down. */
export interface PlannedAnswer {
  readonly reasoning: PlannedReasoning | null;
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
function signatureOf(text: string): string {
  return Buffer.from(`lattice-lock-simulator:${hashText(text)}:${hashText(`seal ${text}`)}`).toString('base64');
}

/** Completes an answer: ids, argument texts, signature, finish reason and usage. */
export function planAnswer(answer: SimulatedAnswer, input: InputUsage, seed: number): PlannedAnswer {
  const toolCalls = (answer.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_sim${seedText(seed)}${index}`,
    isIdGiven: call.id !== undefined,
    name: call.name,
    argumentsText: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  const texts = {
    text: answer.text ?? '',
    refusal: answer.refusal ?? null,
    reasoning: answer.reasoning === undefined ? null : planReasoning(answer.reasoning),
    toolCalls,
  };
  return {
    ...texts,
    finishReason: answer.finishReason ?? naturalFinish(answer),
    rawFinishReason: answer.rawFinishReason ?? null,
    stopSequence: null,
    usage: answer.usage ?? withOutputCounts(input, texts),
    reportsUsage: answer.usage !== null,
  };
}

function planReasoning({ text, signature, redactedData }: NonNullable<SimulatedAnswer['reasoning']>): PlannedReasoning {
  return { text, signature: signature ?? signatureOf(text), redactedData: redactedData ?? null };
}

/** A usage with its output counted by the token rule. */
export function withOutputCounts(
  input: InputUsage,
  texts: Pick<PlannedAnswer, 'text' | 'refusal' | 'reasoning' | 'toolCalls'>,
): Usage {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWriteLongTokens } = input;
  return createUsage({
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    cacheWriteLongTokens,
    outputTokens: outputTokens(texts),
    reasoningTokens: texts.reasoning === null ? 0 : textTokens(texts.reasoning.text),
  });
}
