import { dataEvent, namedEvent, renderAnswer, type RenderedAnswer } from './upstream-answer.ts';
import { answerText, answerWords, chunkCount, promptTokens } from './workload.ts';

// What OpenAI's two APIs answer, for the mock upstream.

const created = 1_700_000_000;
const eventStream = 'text/event-stream; charset=utf-8';

/** Chat Completions, also what azure, xai, DIAL and the compatible vendors speak. */
export function renderChatCompletion(): RenderedAnswer {
  const usage = { prompt_tokens: promptTokens, completion_tokens: chunkCount, total_tokens: promptTokens + chunkCount };
  const event = (choices: readonly object[], more: object = {}) =>
    dataEvent({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created, model: 'bench', choices, ...more });
  const choice = (delta: object, reason: string | null = null) => [
    { index: 0, delta, logprobs: null, finish_reason: reason },
  ];
  const message = { role: 'assistant', content: answerText, refusal: null };
  return renderAnswer({
    body: {
      id: 'chatcmpl-bench',
      object: 'chat.completion',
      created,
      model: 'bench',
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage,
    },
    streamType: eventStream,
    opening: [event(choice({ role: 'assistant', content: '' }))],
    deltas: answerWords.map((content) => event(choice({ content }))),
    closing: [event(choice({}, 'stop')), event([], { usage }), Buffer.from('data: [DONE]\n\n')],
  });
}

/** Responses. Each event is named and numbered. */
export function renderResponse(): RenderedAnswer {
  const usage = {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: chunkCount,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + chunkCount,
  };
  const part = (text: string) => ({ type: 'output_text', annotations: [], logprobs: [], text });
  const item = (status: string, content: readonly object[]) => ({
    id: 'msg_bench',
    type: 'message',
    status,
    role: 'assistant',
    content,
  });
  const done = item('completed', [part(answerText)]);
  const response = (status: string, output: readonly object[], total: object | null) => ({
    id: 'resp_bench',
    object: 'response',
    created_at: created,
    status,
    error: null,
    incomplete_details: null,
    model: 'bench',
    output,
    parallel_tool_calls: true,
    store: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    usage: total,
  });
  let sequence = 0;
  const event = (type: string, more: object) => namedEvent(type, { sequence_number: (sequence += 1) - 1, ...more });
  const place = { item_id: 'msg_bench', output_index: 0, content_index: 0 };
  return renderAnswer({
    body: response('completed', [done], usage),
    streamType: eventStream,
    opening: [
      event('response.created', { response: response('in_progress', [], null) }),
      event('response.in_progress', { response: response('in_progress', [], null) }),
      event('response.output_item.added', { output_index: 0, item: item('in_progress', []) }),
      event('response.content_part.added', { ...place, part: part('') }),
    ],
    deltas: answerWords.map((delta) => event('response.output_text.delta', { ...place, delta, logprobs: [] })),
    closing: [
      event('response.output_text.done', { ...place, text: answerText, logprobs: [] }),
      event('response.content_part.done', { ...place, part: part(answerText) }),
      event('response.output_item.done', { output_index: 0, item: done }),
      event('response.completed', { response: response('completed', [done], usage) }),
    ],
  });
}
