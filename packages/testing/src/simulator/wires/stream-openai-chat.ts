import type { JsonObject } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { finishWord, reportedUsage, type ChatFlavour, baseOf } from './encode-openai-chat.ts';
import { openAILogprobs } from './openai-logprobs.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { argumentPieces, interleave, wordPieces } from './word-pieces.ts';

const padding = 'q7Zr2LxV9mKd4TsWb8YhNc3P';

/** A delta of a stream: its fields, the text that a filter looks at, and probabilities. */
interface Delta {
  readonly fields: JsonObject;
  readonly text?: string;
  readonly logprobs?: JsonObject;
}

/** The encoder of streamed answers of a chat wire: role, deltas, finish, usage where asked for, `[DONE]`. */
export function chatStreamEncoder(flavour: ChatFlavour) {
  return function* encode(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
    const base = baseOf(flavour, context, 'chat.completion.chunk');
    const options = context.body.stream_options as JsonObject | undefined;
    const isPadded = flavour.isPadded && options?.include_obfuscation !== false;
    const tellsUsage = context.request.includeUsage && answer.reportsUsage;
    let sent = 0;
    const event = (choices: readonly JsonObject[], usage: JsonObject | null, more: JsonObject = {}): WireEvent => {
      sent += 1;
      const tail = {
        ...(tellsUsage ? { usage } : {}),
        ...(isPadded ? { obfuscation: padding.slice((sent * 7) % 19) } : {}),
        ...more,
      };
      return { data: `data: ${JSON.stringify({ ...base, choices, ...tail })}\n\n` };
    };
    const choice = (delta: Delta, finish: string | null): JsonObject => ({
      index: 0,
      delta: delta.fields,
      logprobs: delta.logprobs ?? null,
      finish_reason: finish,
      ...flavour.choiceFields?.(delta.text ?? '', answer),
    });
    const opening = flavour.opening?.(context);
    if (opening !== undefined) yield { data: `data: ${JSON.stringify(opening)}\n\n` };
    for (const delta of deltasOf(flavour, answer, context)) yield event([choice(delta, null)], null);
    const finish = choice({ fields: {} }, finishWord(answer, context));
    const last = flavour.bodyFields?.(answer, context) ?? {};
    const usage = tellsUsage ? flavour.usage(answer.usage) : null;
    if (flavour.hasUsageInFinish) {
      yield { ...event([finish], usage, last), ...(tellsUsage ? reportedUsage(answer) : {}) };
    } else {
      yield event([finish], null);
      if (tellsUsage) yield { ...event([], usage, last), ...reportedUsage(answer) };
    }
    yield { data: 'data: [DONE]\n\n' };
  };
}

function* deltasOf(flavour: ChatFlavour, answer: PlannedAnswer, context: AnswerContext): Iterable<Delta> {
  const isSilent = answer.toolCalls.length > 0 && answer.text === '';
  yield { fields: { role: 'assistant', content: isSilent ? null : '', refusal: null } };
  const extras = flavour.extras?.(answer, context);
  for (const fields of extras?.before ?? []) yield { fields };
  if (answer.reasoning !== null && flavour.showsReasoning(context)) {
    for (const piece of wordPieces(answer.reasoning.text)) yield { fields: { reasoning_content: piece } };
  }
  const logprobs = openAILogprobs(answer.text, context.request);
  for (const [index, piece] of wordPieces(answer.text).entries()) {
    const own = logprobs === null ? {} : { logprobs: { content: logprobs.slice(index, index + 1), refusal: null } };
    yield { fields: { content: piece }, text: piece, ...own };
  }
  for (const piece of wordPieces(answer.refusal ?? '')) yield { fields: { refusal: piece } };
  for (const fields of toolCallDeltas(answer, flavour.hasWholeCalls)) yield { fields: { tool_calls: [fields] } };
  for (const fields of extras?.after ?? []) yield { fields };
}

function* toolCallDeltas(answer: PlannedAnswer, isWhole: boolean): Iterable<JsonObject> {
  for (const [index, call] of answer.toolCalls.entries()) {
    const target = { name: call.name, arguments: isWhole ? call.argumentsText : '' };
    yield { index, id: call.id, type: 'function', function: target };
  }
  if (isWhole) return;
  for (const { list, piece } of interleave(answer.toolCalls.map((call) => argumentPieces(call.argumentsText)))) {
    yield { index: list, function: { arguments: piece } };
  }
}
