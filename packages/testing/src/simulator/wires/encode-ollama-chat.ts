import { createUsage, parseToolArguments, unknownUsage, type JsonObject } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import { openAILogprobs } from './openai-logprobs.ts';
import type { AnswerContext, WireEvent } from './simulated-wire.ts';
import { wordPieces } from './word-pieces.ts';

const nsPerToken = 12_000_000;

/** Ollama says `stop` for tool calls too. */
function doneReason(answer: PlannedAnswer): string {
  return answer.rawFinishReason ?? (answer.finishReason === 'length' ? 'length' : 'stop');
}

function baseOf(context: AnswerContext): JsonObject {
  return { model: context.request.model, created_at: new Date(context.atMs).toISOString() };
}

function toolCalls(answer: PlannedAnswer): readonly JsonObject[] {
  return answer.toolCalls.map((call, index) => ({
    ...(call.isIdGiven ? { id: call.id } : {}),
    function: { index, name: call.name, arguments: parseToolArguments(call.argumentsText) ?? {} },
  }));
}

/** The fields of the terminal object, and what they report: input and output only. */
function terminalFields(answer: PlannedAnswer): { readonly fields: JsonObject; readonly reported: WireEvent } {
  const { inputTokens, outputTokens } = answer.usage;
  const counts: JsonObject = answer.reportsUsage
    ? {
        ...(inputTokens === null ? {} : { prompt_eval_count: inputTokens, prompt_eval_duration: nsPerToken }),
        ...(outputTokens === null ? {} : { eval_count: outputTokens, eval_duration: outputTokens * nsPerToken }),
      }
    : {};
  const durations = { total_duration: ((outputTokens ?? 0) + 2) * nsPerToken, load_duration: nsPerToken };
  const reported = answer.reportsUsage
    ? { data: '', reported: createUsage({ inputTokens, outputTokens }), isWholeUsage: true }
    : { data: '', reported: unknownUsage };
  return { fields: { done: true, done_reason: doneReason(answer), ...durations, ...counts }, reported };
}

/** A buffered answer of `POST /api/chat`. */
export function encodeOllamaBody(answer: PlannedAnswer, context: AnswerContext): WireEvent {
  const calls = toolCalls(answer);
  const message = {
    role: 'assistant',
    content: `${answer.text}${answer.refusal ?? ''}`,
    ...(answer.reasoning === null ? {} : { thinking: answer.reasoning.text }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  const { fields, reported } = terminalFields(answer);
  const logprobs = openAILogprobs(answer.text, context.request);
  const likely = logprobs === null ? {} : { logprobs };
  return { ...reported, data: JSON.stringify({ ...baseOf(context), message, ...likely, ...fields }) };
}

/** A streamed answer of `POST /api/chat`: NDJSON of thinking, content, tool calls, and an object with `done: true`. */
export function* encodeOllamaStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent> {
  const base = baseOf(context);
  const line = (fields: JsonObject): WireEvent => ({ data: `${JSON.stringify({ ...base, ...fields })}\n` });
  const part = (fields: JsonObject, more: JsonObject = {}) =>
    line({ message: { role: 'assistant', content: '', ...fields }, ...more, done: false });
  for (const thinking of wordPieces(answer.reasoning?.text ?? '')) yield part({ thinking });
  // Ollama's fields of a probability are OpenAI's.
  const logprobs = openAILogprobs(answer.text, context.request);
  for (const [index, content] of wordPieces(answer.text).entries()) {
    yield part({ content }, logprobs === null ? {} : { logprobs: logprobs.slice(index, index + 1) });
  }
  for (const content of wordPieces(answer.refusal ?? '')) yield part({ content });
  for (const call of toolCalls(answer)) yield part({ tool_calls: [call] });
  const { fields, reported } = terminalFields(answer);
  yield { ...reported, ...line({ message: { role: 'assistant', content: '' }, ...fields }) };
}
