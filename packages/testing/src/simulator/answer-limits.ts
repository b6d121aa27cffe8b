import type { ChatRequest } from '@lattice-lock/contract';
import { withOutputCounts, type PlannedAnswer, type PlannedToolCall } from './planned-answer.ts';
import { firstTokens, textTokens, tokenRule } from './token-rule.ts';

/** Ends an answer where the request's stop sequences and token limit end it, and counts it again. */
export function limitAnswer(chat: ChatRequest, answer: PlannedAnswer): PlannedAnswer {
  const stopped = stopAt(chat, answer);
  const limited = limitTokens(chat.maxOutputTokens, stopped);
  return limited === answer ? answer : { ...limited, usage: withOutputCounts(answer.usage, limited) };
}

function stopAt(chat: ChatRequest, answer: PlannedAnswer): PlannedAnswer {
  let end = answer.text.length;
  let stopSequence: string | null = null;
  for (const stop of chat.stop ?? []) {
    const at = stop === '' ? -1 : answer.text.indexOf(stop);
    if (at >= 0 && at < end) {
      end = at;
      stopSequence = stop;
    }
  }
  return stopSequence === null ? answer : { ...answer, text: answer.text.slice(0, end), stopSequence };
}

function limitTokens(limit: number | undefined, answer: PlannedAnswer): PlannedAnswer {
  if (limit === undefined || (answer.usage.outputTokens ?? 0) <= limit) return answer;
  let left = limit;
  const take = (text: string): string => {
    const taken = firstTokens(text, left);
    left -= textTokens(taken);
    return taken;
  };
  const reasoning = answer.reasoning === null ? null : { ...answer.reasoning, text: take(answer.reasoning.text) };
  const text = take(answer.text);
  const toolCalls: PlannedToolCall[] = [];
  for (const call of answer.toolCalls) {
    left -= tokenRule.perCall + textTokens(call.name);
    if (left <= 0) break;
    toolCalls.push({ ...call, argumentsText: take(call.argumentsText) });
  }
  return { ...answer, reasoning, text, toolCalls, finishReason: 'length', stopSequence: null };
}
