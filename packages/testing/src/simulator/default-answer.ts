import {
  messageText,
  type ChatRequest,
  type Message,
  type MessagePart,
  type ToolDefinition,
} from '@lattice-lock/contract';
import { createSeededRandom } from './seeded-random.ts';
import { schemaInstance } from './schema-instance.ts';
import type { SimulatedAnswer, SimulatedToolCall } from './simulator-reply.ts';

/** At most so many tools are called in one turn: enough to show parallel calls. */
const parallelCalls = 2;
/** So much of a prompt or of a tool's result is quoted, in characters. */
const quoteLength = 160;

const closings = [
  'The same question gets the same words, so that tests can rely on them.',
  'Tokens are counted by a fixed rule and reported as a vendor would report them.',
  'Everything but the wit is real: the wire, the stream, the token counts.',
  'Configure a provider key, and a real model answers here instead.',
  'No text left this machine and nothing was charged.',
];

/** The answer the simulator gives by itself: the same for the same conversation, and plainly its own. */
export function defaultAnswer(chat: ChatRequest, seed: number): SimulatedAnswer {
  const reasoning = wantsReasoning(chat) ? { reasoning: { text: reasoningText(chat) } } : {};
  const last = chat.messages.at(-1);
  if (last?.role !== 'tool') {
    const toolCalls = toolCallsFor(chat, seed);
    if (toolCalls.length > 0) return { ...reasoning, toolCalls };
  }
  return { ...reasoning, text: answerText(chat, seed) };
}

function wantsReasoning(chat: ChatRequest): boolean {
  return chat.reasoning !== undefined && chat.reasoning.effort !== 'none';
}

function toolCallsFor(chat: ChatRequest, seed: number): readonly SimulatedToolCall[] {
  const { toolChoice } = chat;
  if (toolChoice === 'none') return [];
  const offered = chat.tools ?? [];
  const chosen = typeof toolChoice === 'object' ? offered.filter((tool) => tool.name === toolChoice.name) : offered;
  const names = properNouns(lastText(chat));
  const limit = chat.parallelToolCalls === false || typeof toolChoice === 'object' ? 1 : parallelCalls;
  return chosen
    .slice(0, limit)
    .map((tool, index) => ({ name: tool.name, arguments: argumentsFor(tool, seed + index, names) }));
}

/** Names in a prompt, which make better arguments than words out of the air: capitals that do not begin a sentence. */
function properNouns(text: string): readonly string[] {
  return [...text.matchAll(/(?<=\p{L},? )\p{Lu}\p{Ll}+/gu)].map(([name]) => name);
}

function argumentsFor(tool: ToolDefinition, seed: number, names: readonly string[]) {
  const value = schemaInstance({ type: 'object', ...tool.parameters }, createSeededRandom(seed), names);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, never>) : {};
}

function reasoningText(chat: ChatRequest): string {
  const last = chat.messages.at(-1);
  const what = last?.role === 'tool' ? 'The tools have answered' : `The user says ${quote(lastText(chat))}`;
  return `${what}. I am a simulator, so I think no further: I say who I am and what I received.`;
}

function answerText(chat: ChatRequest, seed: number): string {
  const format = chat.responseFormat;
  if (format?.type === 'json-schema') return JSON.stringify(schemaInstance(format.schema, createSeededRandom(seed)));
  const last = chat.messages.at(-1);
  const says = last?.role === 'tool' ? toolResultText(last) : promptText(chat);
  if (format?.type === 'json')
    return JSON.stringify({ from: 'Lattice Lock simulator', model: chat.model, answer: says });
  const closing = closings[seed % closings.length] ?? '';
  return `This is the Lattice Lock simulator answering in place of ${chat.model}; no model was called. ${says} ${closing}`;
}

function toolResultText(message: Message): string {
  if (message.role !== 'tool') return '';
  const results = message.content.map((part) => {
    const text = typeof part.content === 'string' ? part.content : part.content.map(mediaText).join('');
    return `${part.isError === true ? 'a tool failed with' : 'a tool returned'} ${quote(text)}`;
  });
  return `The tools have answered: ${results.join('; ')}.`;
}

function mediaText(part: { readonly type: string; readonly text?: string }): string {
  return part.text ?? `[${part.type}]`;
}

function promptText(chat: ChatRequest): string {
  const text = lastText(chat);
  const words = text.split(/\s+/u).filter((word) => word !== '').length;
  const parts = chat.messages.flatMap(messageParts);
  const images = parts.filter((part) => part.type === 'image').length;
  const seen = images === 0 ? '' : ` and ${images} ${images === 1 ? 'image' : 'images'}`;
  return `I received ${words} ${words === 1 ? 'word' : 'words'}${seen} from you: ${quote(text)}.`;
}

function messageParts(message: Message): readonly MessagePart[] {
  return typeof message.content === 'string' ? [] : message.content;
}

function lastText(chat: ChatRequest): string {
  const last = chat.messages.findLast((message) => message.role === 'user');
  return last === undefined ? '' : messageText(last);
}

function quote(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return `"${characters.length > quoteLength ? `${characters.slice(0, quoteLength).join('')}...` : line}"`;
}
