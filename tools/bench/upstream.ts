import { createServer, type Socket } from 'node:net';
import { answerText, chunkCount, promptTokens } from './workload.ts';

// The mock upstream, a process of its own: OpenAI's Chat Completions on raw sockets with answers rendered once, so that
// it costs far less than anything measured against it. A model named `...-paced<ms>` sends its deltas that far apart,
// any other sends them all at once.

const created = 1_700_000_000;
const usage = { prompt_tokens: promptTokens, completion_tokens: chunkCount, total_tokens: promptTokens + chunkCount };
const words = answerText.split(/(?= )/);

const body = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: answerText, refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage,
});
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const streamHead = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nx-request-id: req-bench\r\ntransfer-encoding: chunked\r\n\r\n',
);
const lastChunk = Buffer.from('0\r\n\r\n');

function chunked(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

function event(choices: readonly object[], more: object = {}): Buffer {
  const data = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created, model: 'bench', choices, ...more };
  return chunked(`data: ${JSON.stringify(data)}\n\n`);
}

const choice = (delta: object, reason: string | null = null) => [
  { index: 0, delta, logprobs: null, finish_reason: reason },
];
const first = event(choice({ role: 'assistant', content: '' }));
const deltas = words.map((word) => event(choice({ content: word })));
const tail = Buffer.concat([event(choice({}, 'stop')), event([], { usage }), chunked('data: [DONE]\n\n'), lastChunk]);
const burst = Buffer.concat([streamHead, first, ...deltas, tail]);

function answer(socket: Socket, request: string): void {
  if (!request.includes('"stream":true')) {
    socket.write(whole);
    return;
  }
  const paced = /-paced(\d+)"/.exec(request);
  if (paced === null) {
    socket.write(burst);
    return;
  }
  socket.write(Buffer.concat([streamHead, first]));
  let next = 0;
  const timer = setInterval(() => {
    const delta = deltas[next];
    next += 1;
    if (delta !== undefined && !socket.destroyed) {
      socket.write(delta);
      return;
    }
    clearInterval(timer);
    if (!socket.destroyed) socket.write(tail);
  }, Number(paced[1]));
}

const server = createServer((socket) => {
  let pending = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.slice(0, headEnd + 2))?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (pending.length < end) return;
      answer(socket, pending.slice(headEnd + 4, end));
      pending = pending.slice(end);
    }
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ ready: typeof address === 'object' && address !== null ? address.port : 0 });
});
process.on('disconnect', () => process.exit(0));
