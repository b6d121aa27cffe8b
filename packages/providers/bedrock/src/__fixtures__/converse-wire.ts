import type { JsonObject } from '@lattice-lock/contract';
import { event } from './event-stream-wire.ts';

/** An answer as Converse sends it. */
export function answer(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    metrics: { latencyMs: 1 },
    ...more,
  };
}

/** The same answer as ConverseStream sends it; `cut` says where its texts are cut into deltas. */
export function answerEvents(whole: JsonObject, cut: (text: string) => readonly string[] = (text) => [text]): Buffer[] {
  const { message } = whole['output'] as { readonly message: { readonly content: readonly JsonObject[] } };
  const { usage, metrics, stopReason, trace, additionalModelResponseFields } = whole;
  return [
    event('messageStart', { role: 'assistant', p: 'abcdefgh' }),
    ...message.content.flatMap((block, index) => blockEvents(block, index, cut)),
    event('messageStop', { stopReason, additionalModelResponseFields, p: 'abc' }),
    event('metadata', { usage, metrics, trace, p: 'abcdefghijkl' }),
  ];
}

function blockEvents(block: JsonObject, index: number, cut: (text: string) => readonly string[]): Buffer[] {
  const delta = (fields: JsonObject) =>
    event('contentBlockDelta', { contentBlockIndex: index, delta: fields, p: 'abcd' });
  const stop = event('contentBlockStop', { contentBlockIndex: index, p: 'ab' });
  if (typeof block['text'] === 'string') return [...cut(block['text']).map((text) => delta({ text })), stop];
  if ('toolUse' in block) {
    const { input, ...start } = block['toolUse'] as JsonObject;
    const deltas = cut(JSON.stringify(input)).map((piece) => delta({ toolUse: { input: piece } }));
    return [event('contentBlockStart', { contentBlockIndex: index, start: { toolUse: start } }), ...deltas, stop];
  }
  if ('citationsContent' in block) {
    const { content, citations } = block['citationsContent'] as Readonly<Record<string, readonly JsonObject[]>>;
    const texts = (content ?? []).flatMap(({ text }) => cut(String(text)));
    return [...texts.map((text) => delta({ text })), ...(citations ?? []).map((citation) => delta({ citation })), stop];
  }
  const { reasoningText, redactedContent } = block['reasoningContent'] as JsonObject;
  if (redactedContent !== undefined) return [delta({ reasoningContent: { redactedContent } }), stop];
  const { text, signature } = reasoningText as JsonObject;
  const deltas = cut(String(text)).map((piece) => delta({ reasoningContent: { text: piece } }));
  return [...deltas, delta({ reasoningContent: { signature } }), stop];
}
