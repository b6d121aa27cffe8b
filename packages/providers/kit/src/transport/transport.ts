import { lookup as lookupName, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type * as Undici from 'undici';
import {
  LatticeError,
  type HttpRequest,
  type HttpResponse,
  type HttpTransport,
  type OutboundPolicy,
  type UrlOrigin,
} from '@lattice-lock/contract';
import { Exchange } from './exchange.ts';
import { ExchangeList } from './exchange-list.ts';
import { createOutboundPolicy } from './outbound-policy.ts';
import { abortError, transportError } from './transport-error.ts';

/** How connections are made and kept. */
export interface TransportOptions {
  /** Default: {@link createOutboundPolicy} without options. */
  readonly policy?: OutboundPolicy;
  /** Until a connection stands, TLS included, ms; default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Most sockets to one origin at a time; further requests wait. Default 256. */
  readonly connectionsPerOrigin?: number;
  /** How long an idle connection is kept unless the server says less, ms; default 30 000. */
  readonly keepAliveMs?: number;
}

const defaultFirstByteTimeoutMs = 300_000;
const defaultIdleTimeoutMs = 120_000;

/**
 * Makes the transport of all providers: one keep-alive pool per origin, HTTP/1.1 so that a cancelled call is a closed
 * socket, the policy applied to each URL and, inside the name lookup, to each address, no redirects followed. undici is
 * loaded by the first request: it is nine tenths of what importing a provider would cost.
 */
export function createTransport(options: TransportOptions = {}): HttpTransport {
  return new PooledTransport(options);
}

class PooledTransport implements HttpTransport {
  readonly #policy: OutboundPolicy;
  readonly #options: TransportOptions;
  readonly #pools = new Map<string, Undici.Pool>();
  readonly #running = new ExchangeList();
  #undici: typeof Undici | undefined;
  #isClosed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#policy = options.policy ?? createOutboundPolicy();
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const undici = (this.#undici ??= await import('undici'));
    if (this.#isClosed) throw closedError();
    const { signal, urlOrigin = 'operator', firstByteTimeoutMs = defaultFirstByteTimeoutMs } = request;
    if (signal?.aborted) throw abortError(signal.reason);
    const url = parseUrl(request.url);
    this.#policy.checkUrl(url, urlOrigin);

    const onAbort = () => exchange.cancel(abortError(signal?.reason));
    const onOver = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(exchange);
    };
    const exchange = new Exchange(url.host, onOver, shortLimit(request.idleTimeoutMs));
    const timer = setTimeout(() => {
      if (exchange.hasResponse) return;
      const message = `${url.host}: no response began within ${firstByteTimeoutMs} ms.`;
      exchange.cancel(new LatticeError('LATTICE_TIMEOUT', message, { retryable: true }));
    }, firstByteTimeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#running.add(exchange);
    this.#dispatch(undici, request, url, exchange);
    try {
      return await exchange.response;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const exchange of this.#running.all()) exchange.cancel(closedError());
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #dispatch({ Pool }: typeof Undici, request: HttpRequest, url: URL, exchange: Exchange): void {
    try {
      this.#pool(Pool, url.origin, request.urlOrigin ?? 'operator').dispatch(
        {
          method: request.method,
          path: url.pathname + url.search,
          headers: request.headers,
          body: request.body ?? null,
          headersTimeout: 0,
          bodyTimeout: request.idleTimeoutMs ?? defaultIdleTimeoutMs,
        },
        exchange,
      );
    } catch (thrown) {
      exchange.cancel(transportError(thrown, url.host));
    }
  }

  #pool(Pool: typeof Undici.Pool, origin: string, urlOrigin: UrlOrigin): Undici.Pool {
    const key = urlOrigin === 'operator' ? origin : `${urlOrigin} ${origin}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const { connectTimeoutMs = 10_000, connectionsPerOrigin = 256, keepAliveMs = 30_000 } = this.#options;
    const pool = new Pool(origin, {
      connections: connectionsPerOrigin,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: Math.max(keepAliveMs, 1000),
      allowH2: false,
      connect: { timeout: connectTimeoutMs, lookup: checkedLookup(this.#policy, urlOrigin) },
    });
    const dropUnused = () => {
      const { connected, pending, queued, running } = pool.stats;
      if (connected + pending + queued + running > 0 || this.#pools.get(key) !== pool) return;
      this.#pools.delete(key);
      void pool.close();
    };
    pool.on('disconnect', dropUnused).on('connectionError', dropUnused);
    this.#pools.set(key, pool);
    return pool;
  }
}

/** undici measures the silence of a body in half seconds: limits that this would blur are kept to the millisecond. */
function shortLimit(idleTimeoutMs: number | undefined): number | undefined {
  return idleTimeoutMs !== undefined && idleTimeoutMs > 0 && idleTimeoutMs < 2000 ? idleTimeoutMs : undefined;
}

/** Resolves a name and refuses it when any of its addresses is not allowed: which one is used cannot be foreseen. */
function checkedLookup(policy: OutboundPolicy, origin: UrlOrigin): LookupFunction {
  return (hostname, options, callback) => {
    lookupName(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      try {
        for (const { address } of addresses) policy.checkAddress(address, origin);
      } catch (blocked) {
        callback(blocked as NodeJS.ErrnoException, '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw new LatticeError('LATTICE_CONFIG', 'The URL of a request is not a URL; check the base URL.', { cause });
  }
}

function closedError(): LatticeError {
  return new LatticeError('LATTICE_CLOSED', 'The transport is closed; make a new one.');
}
