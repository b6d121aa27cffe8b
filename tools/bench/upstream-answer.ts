/** An answer as the mock upstream sends it, rendered once. */
export interface RenderedAnswer {
  /** The whole HTTP response, buffered. */
  readonly whole: Buffer;
  /** The streamed response: its head with what comes before the first delta, then each delta, then the rest. */
  readonly opening: Buffer;
  readonly deltas: readonly Buffer[];
  readonly closing: Buffer;
  /** The streamed response in one piece. */
  readonly burst: Buffer;
}

/** What an answer is made of: a body, and the messages of its stream in the vendor's framing. */
export interface AnswerParts {
  readonly body: object;
  readonly streamType: string;
  readonly opening: readonly Buffer[];
  readonly deltas: readonly Buffer[];
  readonly closing: readonly Buffer[];
}

/** Renders an answer as HTTP/1.1, each message of the stream as a chunk of its own, as servers send them. */
export function renderAnswer(parts: AnswerParts): RenderedAnswer {
  const body = JSON.stringify(parts.body);
  const opening = Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-type: ${parts.streamType}\r\nx-request-id: req-bench\r\ntransfer-encoding: chunked\r\n\r\n`,
    ),
    ...parts.opening.map(chunked),
  ]);
  const deltas = parts.deltas.map(chunked);
  const closing = Buffer.concat([...parts.closing.map(chunked), Buffer.from('0\r\n\r\n')]);
  return {
    whole: Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req-bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
    opening,
    deltas,
    closing,
    burst: Buffer.concat([opening, ...deltas, closing]),
  };
}

/** A server-sent event without a name. */
export function dataEvent(data: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
}

/** A server-sent event named as the `type` of its data is. */
export function namedEvent(type: string, more: object = {}): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
}

function chunked(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
