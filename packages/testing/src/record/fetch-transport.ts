import {
  LatticeError,
  toLatticeError,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
} from '@lattice-lock/contract';
import { httpResponse } from './http-body.ts';

/** The transport port over Node's own `fetch`, for recording where no other transport is given. */
export const fetchTransport: HttpTransport = Object.freeze({ request: send, close: () => Promise.resolve() });

async function send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return httpResponse(response.status, Object.fromEntries(response.headers), bodyOf(response, signal));
  } catch (error) {
    throw failure(error, signal);
  }
}

async function* bodyOf(response: Response, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) yield chunk as Uint8Array;
  } catch (error) {
    throw failure(error, signal);
  }
}

/** The common failures of the port by Node's names. */
function failure(error: unknown, signal: AbortSignal | undefined): LatticeError {
  if (signal?.aborted === true) {
    return new LatticeError('LATTICE_ABORTED', 'The request was aborted.');
  }
  const cause = error instanceof Error ? (error.cause as { readonly code?: string } | undefined) : undefined;
  const options = { cause: error, retryable: true };
  if (cause?.code === 'ECONNREFUSED') {
    return new LatticeError('LATTICE_CONNECTION_REFUSED', 'Nobody listens at the address.', options);
  }
  if (cause?.code === 'ENOTFOUND') return new LatticeError('LATTICE_DNS', 'The host has no address.', options);
  if (error instanceof TypeError) {
    return new LatticeError('LATTICE_CONNECTION_RESET', 'The connection broke.', options);
  }
  return toLatticeError(error);
}
