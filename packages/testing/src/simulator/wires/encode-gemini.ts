import {
  createUsage,
  parseToolArguments,
  tokenCount,
  unknownUsage,
  type JsonObject,
  type Usage,
} from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { tokenLogprobs } from '../token-logprobs.ts';
import { textTokens } from '../token-rule.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { wordPieces } from './word-pieces.ts';

/** Google says `STOP` for tool calls too. */
const finishWords = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  other: 'OTHER',
};

/** A count, left out where it is 0, as proto JSON does, or not known. */
function field(name: string, value: number | null): JsonObject {
  return value === null || value === 0 ? {} : { [name]: value };
}

/** Usage metadata; `candidates` are the tokens of the answer without its thoughts, so far. */
function metadataOf(usage: Usage, candidates: number | null, isWhole: boolean): JsonObject {
  const { inputTokens, reasoningTokens } = usage;
  const soFar = (inputTokens ?? 0) + (candidates ?? 0) + (reasoningTokens ?? 0);
  return {
    ...field('promptTokenCount', inputTokens),
    ...field('candidatesTokenCount', candidates),
    ...field('thoughtsTokenCount', reasoningTokens),
    ...field('cachedContentTokenCount', usage.cachedInputTokens),
    ...field('totalTokenCount', isWhole ? usage.totalTokens : soFar),
  };
}

function candidatesOf({ outputTokens, reasoningTokens }: Usage): number | null {
  return outputTokens === null ? null : outputTokens - (reasoningTokens ?? 0);
}

/** The normal form of usage metadata: a missing count beside others is 0. */
function normalForm(metadata: JsonObject): Usage {
  const counts = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'].map((name) =>
    tokenCount(metadata[name]),
  );
  const [prompt = null, candidates = null, thoughts = null, total = null] = counts;
  if (counts.every((count) => count === null)) return unknownUsage;
  return createUsage({
    inputTokens: prompt ?? 0,
    outputTokens: (candidates ?? 0) + (thoughts ?? 0),
    totalTokens: total,
    cachedInputTokens: tokenCount(metadata.cachedContentTokenCount),
    reasoningTokens: thoughts,
  });
}

/** What a chunk tells of the usage; every chunk does. */
function usageOf(answer: PlannedAnswer, candidates: number | null, isWhole: boolean) {
  if (!answer.reportsUsage) return { fields: {}, reported: { reported: unknownUsage } };
  const usageMetadata = metadataOf(answer.usage, candidates, isWhole);
  return {
    fields: { usageMetadata },
    reported: { reported: normalForm(usageMetadata), ...(isWhole ? { isWholeUsage: true } : {}) },
  };
}

function showsThoughts({ body }: AnswerContext): boolean {
  const config = body.generationConfig as JsonObject | undefined;
  const thinking = config?.thinkingConfig as JsonObject | undefined;
  return thinking?.includeThoughts === true;
}

/** The parts of an answer. Its proof stands on the first call, else on a last, empty text. */
function partsOf(answer: PlannedAnswer, context: AnswerContext): readonly JsonObject[] {
  const parts: JsonObject[] = [];
  const { reasoning } = answer;
  const proof = reasoning === null ? {} : { thoughtSignature: reasoning.signature };
  if (reasoning !== null && reasoning.text !== '' && showsThoughts(context)) {
    parts.push({ text: reasoning.text, thought: true });
  }
  const text = `${answer.text}${answer.refusal ?? ''}`;
  if (text !== '') parts.push({ text });
  for (const [index, call] of answer.toolCalls.entries()) {
    const functionCall = {
      ...(call.isIdGiven ? { id: call.id } : {}),
      name: call.name,
      args: parseToolArguments(call.argumentsText) ?? {},
    };
    parts.push({ functionCall, ...(index === 0 ? proof : {}) });
  }
  if (answer.toolCalls.length === 0 && reasoning !== null) parts.push({ text: '', ...proof });
  return parts;
}

function finishFields(answer: PlannedAnswer, context: AnswerContext): JsonObject {
  const top = context.request.chat.topLogprobs;
  const tokens = top === undefined ? [] : tokenLogprobs(answer.text, top);
  const logprobsResult = {
    chosenCandidates: tokens.map(({ token, logprob }) => ({ token, logProbability: logprob })),
    topCandidates: tokens.map((one) => ({
      candidates: one.top.map(({ token, logprob }) => ({ token, logProbability: logprob })),
    })),
  };
  return {
    finishReason: answer.rawFinishReason ?? finishWords[answer.finishReason],
    index: 0,
    ...(top === undefined ? {} : { logprobsResult }),
  };
}

function tailOf(context: AnswerContext): JsonObject {
  return { modelVersion: context.answeringModel, responseId: `sim${context.id}` };
}

/** A buffered answer of `:generateContent`. */
export function encodeGeminiBody(answer: PlannedAnswer, context: AnswerContext): WireEvent {
  const { fields, reported } = usageOf(answer, candidatesOf(answer.usage), true);
  const parts = partsOf(answer, context);
  const candidate = { content: { parts, role: 'model' }, ...finishFields(answer, context) };
  return { data: JSON.stringify({ candidates: [candidate], ...fields, ...tailOf(context) }), ...reported };
}

/** The chunks of a streamed answer, without a frame: each is a whole response, and each has usage so far. */
export function* geminiChunks(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
  const tail = tailOf(context);
  const whole = candidatesOf(answer.usage);
  let candidates = 0;
  const chunk = (parts: readonly JsonObject[], more: JsonObject | null): WireEvent => {
    const soFar = more === null ? tokenCount(whole === null ? null : Math.min(candidates, whole)) : whole;
    const { fields, reported } = usageOf(answer, soFar, more !== null);
    const candidate = { content: { parts, role: 'model' }, ...(more ?? { index: 0 }) };
    return { data: JSON.stringify({ candidates: [candidate], ...fields, ...tail }), ...reported };
  };
  const parts = partsOf(answer, context);
  const last = parts.at(-1)?.text === '' ? parts.at(-1) : undefined;
  for (const part of last === undefined ? parts : parts.slice(0, -1)) {
    const { text } = part;
    for (const piece of typeof text === 'string' ? wordPieces(text) : [undefined]) {
      if (part.thought !== true) candidates += textTokens(piece ?? '');
      yield chunk([piece === undefined ? part : { ...part, text: piece }], null);
    }
  }
  yield chunk([last ?? { text: '' }], finishFields(answer, context));
}
