import { LatticeError, type HttpRequest, type HttpResponse, type HttpTransport } from '@lattice-lock/contract';
import { httpResponse } from './http-body.ts';
import {
  decodeBytes,
  recordedRequest,
  type RecordedExchange,
  type RecordedFailure,
  type RecordedResponse,
} from './recorded-exchange.ts';
import { comparable, describeDifference, differences } from './request-difference.ts';
import type { SecretMask } from './secret-mask.ts';

interface Recorded {
  readonly number: number;
  readonly exchange: RecordedExchange;
  readonly value: ReturnType<typeof comparable>;
  readonly key: string;
  isUsed: boolean;
}

/** Answers from a recording: each exchange once, equal requests in the order of their recording. */
export class Replayer implements HttpTransport {
  readonly #file: string;
  readonly #mask: SecretMask;
  readonly #ignored: ReadonlySet<string>;
  readonly #recorded: readonly Recorded[];
  #isClosed = false;

  constructor(file: string, exchanges: readonly RecordedExchange[], mask: SecretMask, ignored: ReadonlySet<string>) {
    this.#file = file;
    this.#mask = mask;
    this.#ignored = ignored;
    this.#recorded = exchanges.map((exchange, index) => {
      const value = comparable(exchange.request, ignored);
      return { number: index + 1, exchange, value, key: JSON.stringify(value), isUsed: false };
    });
  }

  /** @throws LatticeError `LATTICE_CONFIG` when the request was not recorded; the recorded failure when there was one */
  async request(request: HttpRequest): Promise<HttpResponse> {
    if (this.#isClosed) throw new LatticeError('LATTICE_CLOSED', 'The recording is closed.');
    if (request.signal?.aborted) throw new LatticeError('LATTICE_ABORTED', 'The request was aborted.');
    const value = comparable(recordedRequest(request, this.#mask), this.#ignored);
    const key = JSON.stringify(value);
    const found = this.#recorded.find((candidate) => candidate.key === key && !candidate.isUsed);
    if (found === undefined) throw this.#unknown(value, key);
    found.isUsed = true;
    const { response, failure } = found.exchange;
    if (response === undefined) throw failureError(failure, this.#file);
    return httpResponse(response.status, response.headers, replayed(response, request.signal, this.#file));
  }

  /** Exchanges that nobody has asked for, as `POST /v1/messages`. */
  unused(): readonly string[] {
    return this.#recorded
      .filter(({ isUsed }) => !isUsed)
      .map(({ number, exchange: { request } }) => `${number}: ${request.method} ${request.path}`);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  #unknown(value: ReturnType<typeof comparable>, key: string): LatticeError {
    const again = 'Record again with LATTICE_RECORD=1 and the real credential.';
    const asked = `${String(value.method)} ${String(value.path)}`;
    const times = this.#recorded.filter((candidate) => candidate.key === key).length;
    if (times > 0) {
      const message = `${asked} was recorded ${times === 1 ? 'once' : `${times} times`} in ${this.#file} and is asked once more. ${again}`;
      return new LatticeError('LATTICE_CONFIG', message);
    }
    const [nearest] = this.#recorded
      .map(({ number, value: recorded }) => ({ number, recorded, found: differences(recorded, value) }))
      .sort((one, two) => distance(one.found) - distance(two.found));
    if (nearest === undefined) {
      return new LatticeError(
        'LATTICE_CONFIG',
        `The recording ${this.#file} holds no exchange, but ${asked} was asked. ${again}`,
      );
    }
    const name = `${String(nearest.recorded.method)} ${String(nearest.recorded.path)}`;
    const shown = nearest.found.slice(0, 3).map(describeDifference).join('; ');
    const rest = nearest.found.length > 3 ? `; and ${nearest.found.length - 3} more` : '';
    const message = `${asked} is not in the recording ${this.#file}. The nearest is number ${nearest.number}, ${name}, which differs in ${shown}${rest}. ${again}`;
    return new LatticeError('LATTICE_CONFIG', message, { suggestions: [name] });
  }
}

/** Another path is farther away than any other body. */
function distance(found: ReturnType<typeof differences>): number {
  return found.reduce((sum, { path }) => sum + (path === 'path' || path === 'method' ? 1000 : 1), 0);
}

async function* replayed(
  { chunks, failure }: RecordedResponse,
  signal: AbortSignal | undefined,
  file: string,
): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    // A turn of the event loop apart, as chunks of a socket are.
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new LatticeError('LATTICE_ABORTED', 'The request was aborted.');
    yield decodeBytes(chunk);
  }
  if (failure !== undefined) throw failureError(failure, file);
}

function failureError(failure: RecordedFailure | undefined, file: string): LatticeError {
  if (failure === undefined) {
    return new LatticeError('LATTICE_CONFIG', `The recording ${file} holds an exchange without an answer.`);
  }
  return new LatticeError(failure.code, failure.message, { retryable: failure.retryable });
}
