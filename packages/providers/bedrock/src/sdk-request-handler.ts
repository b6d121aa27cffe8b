import { LatticeError, type HttpTransport } from '@lattice-lock/contract';

/** A request as the SDK hands it to its handler. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the SDK reads of a response. */
interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The handler of the SDK's client. */
export interface SdkRequestHandler {
  handle(request: SdkRequest): Promise<{ readonly response: SdkResponse }>;
  /** The probe behind the failure of a call; `undefined` when it failed before it was built. */
  probeOf(failure: unknown): SdkRequest | undefined;
}

/** Set by the transport itself. */
const ownHeaders = new Set(['host', 'content-length', 'connection', 'expect']);

/**
 * Takes what the SDK would send. A request to `probePath` is kept and fails, so that nothing is sent; the SDK's own
 * calls for credentials (STS, single sign-on) are real and travel over the transport with its policy.
 */
export function createSdkRequestHandler(transport: HttpTransport, probePath: string): SdkRequestHandler {
  const probes = new WeakMap<object, SdkRequest>();
  return {
    probeOf: (failure) => (typeof failure === 'object' && failure !== null ? probes.get(failure) : undefined),
    handle: async (request) => {
      if (!request.path.endsWith(probePath)) return { response: await send(transport, request) };
      const notSent = new LatticeError('LATTICE_ABORTED', 'The request was built to be looked at, not sent.');
      probes.set(notSent, request);
      throw notSent;
    },
  };
}

/** Where a request goes, without the path. */
export function originOf({ protocol, hostname, port }: SdkRequest): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}

async function send(transport: HttpTransport, request: SdkRequest): Promise<SdkResponse> {
  const { path, query = {}, headers, body } = request;
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value as string | null]).map(
      (each) => `${encodeURIComponent(name)}=${encodeURIComponent(each ?? '')}`,
    ),
  );
  const response = await transport.request({
    method: methodOf(request.method),
    url: `${originOf(request)}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()))),
    ...(typeof body === 'string' || body instanceof Uint8Array ? { body } : {}),
  });
  return { statusCode: response.status, headers: response.headers, body: Buffer.from(await response.text()) };
}

function methodOf(method: string): 'GET' | 'POST' | 'DELETE' {
  if (method === 'GET' || method === 'POST' || method === 'DELETE') return method;
  throw new LatticeError('LATTICE_UNSUPPORTED', `The AWS SDK asked for a ${method} request, which is not foreseen.`);
}
