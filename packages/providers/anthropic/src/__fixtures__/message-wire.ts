import type { JsonObject } from '@lattice-lock/contract';

/** One server-sent event of the Messages wire. */
export function sse(data: JsonObject): string {
  return `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A message as the vendor sends it buffered. */
export function message(content: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    ...more,
  };
}

/** The same message as events; `cut` says where its texts are cut into deltas. */
export function messageEvents(
  whole: JsonObject,
  cut: (text: string) => readonly string[] = (text) => [text],
): JsonObject[] {
  const content = whole['content'] as readonly JsonObject[];
  const usage = whole['usage'] as JsonObject;
  const start = { ...whole, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...content.flatMap((block, index) => blockEvents(block, index, cut)),
    {
      type: 'message_delta',
      delta: { stop_reason: whole['stop_reason'], stop_details: whole['stop_details'], stop_sequence: null },
      usage: { output_tokens: usage['output_tokens'], output_tokens_details: usage['output_tokens_details'] },
    },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: JsonObject, index: number, cut: (text: string) => readonly string[]): JsonObject[] {
  const delta = (fields: JsonObject) => ({ type: 'content_block_delta', index, delta: fields });
  const around = (start: JsonObject, deltas: readonly JsonObject[]) => [
    { type: 'content_block_start', index, content_block: start },
    ...deltas,
    { type: 'content_block_stop', index },
  ];
  switch (block['type']) {
    case 'text': {
      const deltas = cut(String(block['text'])).map((text) => delta({ type: 'text_delta', text }));
      return around({ ...block, text: '' }, deltas);
    }
    case 'thinking': {
      const deltas = cut(String(block['thinking'])).map((thinking) => delta({ type: 'thinking_delta', thinking }));
      const signature = delta({ type: 'signature_delta', signature: String(block['signature']) });
      return around({ ...block, thinking: '', signature: '' }, [...deltas, signature]);
    }
    case 'tool_use':
    case 'server_tool_use': {
      const pieces = cut(JSON.stringify(block['input']));
      const deltas = pieces.map((partial) => delta({ type: 'input_json_delta', partial_json: partial }));
      return around({ ...block, input: {} }, deltas);
    }
    default:
      return around(block, []);
  }
}
