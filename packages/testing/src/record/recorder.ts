import {
  LatticeError,
  toLatticeError,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
} from '@lattice-lock/contract';
import { httpResponse } from './http-body.ts';
import {
  encodeBytes,
  keptHeaders,
  learnCredentials,
  recordedRequest,
  type RecordedExchange,
  type RecordedFailure,
} from './recorded-exchange.ts';
import type { SecretMask } from './secret-mask.ts';

/** An exchange under way: kept raw, because a secret that is learnt later is masked in it too. */
interface Draft {
  readonly request: HttpRequest;
  response: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly chunks: Uint8Array[];
  failure: RecordedFailure | undefined;
}

/** Passes requests on to a real transport and remembers what came of them. */
export class Recorder implements HttpTransport {
  readonly #transport: HttpTransport;
  readonly #mask: SecretMask;
  readonly #drafts: Draft[] = [];

  constructor(transport: HttpTransport, mask: SecretMask) {
    this.#transport = transport;
    this.#mask = mask;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    learnCredentials(request, this.#mask);
    const draft: Draft = { request, response: undefined, chunks: [], failure: undefined };
    this.#drafts.push(draft);
    try {
      // Secrets cannot be found in compressed bytes.
      const headers = { ...request.headers, 'accept-encoding': 'identity' };
      const response = await this.#transport.request({ ...request, headers });
      refuseCompressed(response);
      draft.response = { status: response.status, headers: response.headers };
      return httpResponse(response.status, response.headers, read(response, draft));
    } catch (error) {
      draft.failure = failureOf(error);
      throw error;
    }
  }

  /** What was recorded so far, without secrets. */
  exchanges(): readonly RecordedExchange[] {
    return this.#drafts.map((draft) => {
      const request = recordedRequest(draft.request, this.#mask);
      const failure = draft.failure === undefined ? {} : { failure: this.#masked(draft.failure) };
      if (draft.response === undefined) return { request, ...failure };
      const { status, headers } = draft.response;
      const chunks = maskedChunks(draft.chunks, this.#mask).map(encodeBytes);
      return { request, response: { status, headers: keptHeaders(headers, this.#mask), chunks, ...failure } };
    });
  }

  #masked(failure: RecordedFailure): RecordedFailure {
    return { ...failure, message: this.#mask.text(failure.message) };
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

async function* read(response: HttpResponse, draft: Draft): AsyncGenerator<Uint8Array> {
  let isOver = false;
  try {
    for await (const chunk of response.body) {
      draft.chunks.push(Uint8Array.from(chunk));
      yield chunk;
    }
    isOver = true;
  } catch (error) {
    isOver = true;
    draft.failure = failureOf(error);
    throw error;
  } finally {
    if (!isOver) {
      const message = 'The reader left here when this was recorded: what comes after is not known.';
      draft.failure = { code: 'LATTICE_STREAM_INTERRUPTED', message, retryable: false };
    }
  }
}

/** Masks a body as a whole, since a secret may be cut in two, and cuts it again where it was cut. */
function maskedChunks(chunks: readonly Uint8Array[], mask: SecretMask): readonly Uint8Array[] {
  const whole = mask.bytes(Buffer.concat(chunks));
  let start = 0;
  return chunks.map(({ length }) => whole.subarray(start, (start += length)));
}

function failureOf(error: unknown): RecordedFailure {
  const { code, message, retryable } = toLatticeError(error);
  return { code, message, retryable };
}

function refuseCompressed({ headers }: HttpResponse): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  // Node's `fetch` decompresses by itself and leaves the header as it was; it is then asked for `identity` too.
  if (encoding === 'identity' || encoding === '') return;
  const message = `The answer is compressed (${encoding}) although it was asked for as it is: secrets in it could not be found, so it is not recorded.`;
  throw new LatticeError('LATTICE_UNSUPPORTED', message);
}
