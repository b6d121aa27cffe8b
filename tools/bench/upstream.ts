import { createServer, type Socket } from 'node:net';
import { renderChatCompletion, renderResponse } from './openai-answers.ts';
import type { RenderedAnswer } from './upstream-answer.ts';
import { renderContent, renderConverse, renderMessage, renderOllamaChat } from './vendor-answers.ts';

// The mock upstream, a process of its own: the wires of all vendors on raw sockets with answers rendered once, so that it
// costs far less than anything measured against it. The path says which wire, the model's name how it is sent (see
// `upstreamModels`); all at once unless the name says otherwise.

/** Wires by what their path holds. */
const wires: readonly (readonly [string, RenderedAnswer])[] = [
  ['/chat/completions', renderChatCompletion()],
  ['/responses', renderResponse()],
  ['/messages', renderMessage()],
  ['enerateContent', renderContent()],
  ['/converse', renderConverse()],
  ['/api/chat', renderOllamaChat()],
];
const modes = /bench-(paced\d+|hold|long)/;
const notFound = Buffer.from('HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}');

function answer(socket: Socket, target: string, body: string): void {
  const wire = wires.find(([mark]) => target.includes(mark))?.[1];
  if (wire === undefined) {
    if (target.includes('/connections')) sayConnections(socket);
    else socket.write(notFound);
    return;
  }
  const mode = (modes.exec(target) ?? modes.exec(body))?.[1];
  const isStream = body.includes('"stream":true') || /[sS]tream/.test(target);
  const { opening, deltas, closing } = wire;
  if (!isStream) {
    if (mode !== 'hold') socket.write(wire.whole);
  } else if (mode === undefined) socket.write(wire.burst);
  else if (mode === 'hold') socket.write(Buffer.concat([opening, ...deltas.slice(0, deltas.length / 2)]));
  else if (mode === 'long') {
    const many = Buffer.concat(deltas);
    socket.write(Buffer.concat([opening, ...Array.from({ length: 100 }, () => many), closing]));
  } else pace(socket, wire, Number(mode.slice('paced'.length)));
}

/** How many connections are open, the asking one among them. */
function sayConnections(socket: Socket): void {
  server.getConnections((_error, count) => {
    const text = String(count);
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
  });
}

function pace(socket: Socket, { opening, deltas, closing }: RenderedAnswer, intervalMs: number): void {
  socket.write(opening);
  let next = 0;
  const timer = setInterval(() => {
    const delta = deltas[next];
    next += 1;
    if (delta !== undefined && !socket.destroyed) {
      socket.write(delta);
      return;
    }
    clearInterval(timer);
    if (!socket.destroyed) socket.write(closing);
  }, intervalMs);
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
      answer(socket, pending.slice(0, pending.indexOf('\r\n')), pending.slice(headEnd + 4, end));
      pending = pending.slice(end);
    }
  });
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ ready: typeof address === 'object' && address !== null ? address.port : 0 });
});
process.on('disconnect', () => process.exit(0));
