import { crc32 } from 'node:zlib';
import { dataEvent, namedEvent, renderAnswer, type RenderedAnswer } from './upstream-answer.ts';
import { answerText, answerWords, chunkCount, promptTokens } from './workload.ts';

// What Anthropic, Gemini, Ollama and Bedrock answer, for the mock upstream.

const totalTokens = promptTokens + chunkCount;

/** Anthropic's Messages. */
export function renderMessage(): RenderedAnswer {
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model: 'bench' };
  const ended = { stop_reason: 'end_turn', stop_sequence: null };
  const usage = { input_tokens: promptTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const start = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const delta = (text: string) => namedEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  return renderAnswer({
    body: {
      ...message,
      content: [{ type: 'text', text: answerText }],
      ...ended,
      usage: { ...usage, output_tokens: chunkCount },
    },
    streamType: 'text/event-stream; charset=utf-8',
    opening: [
      namedEvent('message_start', { message: start }),
      namedEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      namedEvent('ping'),
    ],
    deltas: answerWords.map(delta),
    closing: [
      namedEvent('content_block_stop', { index: 0 }),
      namedEvent('message_delta', { delta: ended, usage: { output_tokens: chunkCount } }),
      namedEvent('message_stop'),
    ],
  });
}

/** Gemini's generateContent; its stream says the usage in every event. */
export function renderContent(): RenderedAnswer {
  const usageOf = (candidatesTokenCount: number) => ({
    promptTokenCount: promptTokens,
    candidatesTokenCount,
    totalTokenCount: promptTokens + candidatesTokenCount,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
  });
  const answer = (text: string, tokens: number, more: object = {}) => ({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...more, index: 0 }],
    usageMetadata: usageOf(tokens),
    modelVersion: 'bench',
    responseId: 'bench',
  });
  const stop = { finishReason: 'STOP' };
  return renderAnswer({
    body: answer(answerText, chunkCount, stop),
    streamType: 'text/event-stream',
    opening: [],
    deltas: answerWords.map((text, index) => dataEvent(answer(text, index + 1))),
    closing: [dataEvent(answer('', chunkCount, stop))],
  });
}

/** Ollama's chat; its stream is JSON lines. */
export function renderOllamaChat(): RenderedAnswer {
  const answer = (content: string, done: boolean, more: object = {}) => ({
    model: 'bench',
    created_at: '2026-01-01T00:00:00.000000Z',
    message: { role: 'assistant', content },
    done,
    ...more,
  });
  const end = {
    done_reason: 'stop',
    total_duration: 5_000_000,
    load_duration: 1_000_000,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: 1_000_000,
    eval_count: chunkCount,
    eval_duration: 3_000_000,
  };
  const line = (data: object) => Buffer.from(`${JSON.stringify(data)}\n`);
  return renderAnswer({
    body: answer(answerText, true, end),
    streamType: 'application/x-ndjson',
    opening: [],
    deltas: answerWords.map((word) => line(answer(word, false))),
    closing: [line(answer('', true, end))],
  });
}

/** Bedrock's Converse; its stream is binary, with two checksums a message. */
export function renderConverse(): RenderedAnswer {
  const usage = { inputTokens: promptTokens, outputTokens: chunkCount, totalTokens };
  const metrics = { latencyMs: 5 };
  const delta = (text: string) =>
    eventStreamMessage('contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: 'abcdefghijkl' });
  return renderAnswer({
    body: {
      output: { message: { role: 'assistant', content: [{ text: answerText }] } },
      stopReason: 'end_turn',
      usage,
      metrics,
    },
    streamType: 'application/vnd.amazon.eventstream',
    opening: [eventStreamMessage('messageStart', { role: 'assistant', p: 'abcdefgh' })],
    deltas: answerWords.map(delta),
    closing: [
      eventStreamMessage('contentBlockStop', { contentBlockIndex: 0, p: 'ab' }),
      eventStreamMessage('messageStop', { stopReason: 'end_turn', p: 'abc' }),
      eventStreamMessage('metadata', { usage, metrics, p: 'abcdefghijkl' }),
    ],
  });
}

/** A message as smithy.io/2.0/aws/amazon-eventstream.html has it: lengths, checksum, headers, payload, checksum. */
function eventStreamMessage(type: string, payload: object): Buffer {
  const headers = Buffer.concat(
    Object.entries({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }).map(
      ([name, value]) =>
        Buffer.concat([
          Buffer.from([name.length]),
          Buffer.from(name),
          Buffer.from([7, value.length >> 8, value.length & 255]),
          Buffer.from(value),
        ]),
    ),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + headers.length + body.length + 4, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const whole = Buffer.concat([prelude, headers, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(whole), 0);
  return Buffer.concat([whole, checksum]);
}
