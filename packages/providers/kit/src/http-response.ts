import { LatticeError, type HttpResponse } from '@lattice-lock/contract';
import type { ResponseBody } from './transport.ts';
import { transportError } from './transport-error.ts';

interface ResponseParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ResponseBody;
  readonly host: string;
  /** Why the call was cancelled, when it was. */
  reason(): LatticeError | undefined;
  /** Called once when nothing more will be read. */
  onClose(): void;
}

/** Bound of {@link HttpResponse.text} unless the caller names another: 64 MiB. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** Wraps undici's response: joined headers, typed errors, a bounded text. */
export function createHttpResponse(parts: ResponseParts): HttpResponse {
  const { status, body, host } = parts;
  body.once('close', parts.onClose);
  // A body may break before anyone reads it; whoever reads it later learns of it there.
  body.on('error', () => undefined);
  const typed = (thrown: unknown) => parts.reason() ?? transportError(thrown, host);
  return {
    status,
    headers: joinedHeaders(parts.headers),
    body: { [Symbol.asyncIterator]: () => readChunks(body, typed) },
    text: (maxBytes = defaultMaxBytes) => readText(body, maxBytes, typed),
  };
}

async function* readChunks(
  body: ResponseBody,
  typed: (thrown: unknown) => LatticeError,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (thrown) {
    throw typed(thrown);
  }
}

function readText(body: ResponseBody, maxBytes: number, typed: (thrown: unknown) => LatticeError): Promise<string> {
  if (body.destroyed) return Promise.reject(typed(body.errored));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      const message = `The response is longer than ${maxBytes} bytes; it was given up.`;
      body.destroy(new LatticeError('LATTICE_TOO_LARGE', message));
    });
    body.once('end', () => resolve(decodeUtf8(chunks)));
    body.once('error', (thrown: unknown) => reject(typed(thrown)));
  });
}

function decodeUtf8(chunks: readonly Buffer[]): string {
  const whole = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  const text = whole?.toString('utf8') ?? '';
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function joinedHeaders(headers: ResponseParts['headers']): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return joined;
}
