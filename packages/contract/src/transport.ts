/** Where a URL comes from decides what it may reach. */
export type UrlOrigin = 'operator' | 'request';

/**
 * What may be connected to. It sits in the transport, so that no route can forget it. Base URLs of the operator's
 * configuration are allowed as configured; URLs that come from requests only reach public addresses.
 */
export interface OutboundPolicy {
  /** Checks scheme and host before a name is looked up. @throws LatticeError `LATTICE_OUTBOUND_BLOCKED` */
  checkUrl(url: URL, origin: UrlOrigin): void;
  /** Checks the address a name resolved to, at connect time. @throws LatticeError `LATTICE_OUTBOUND_BLOCKED` */
  checkAddress(address: string, origin: UrlOrigin): void;
}

/** An HTTP request of a provider. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Until response headers came, ms. */
  readonly firstByteTimeoutMs?: number;
  /** Longest silence in the body, ms. */
  readonly idleTimeoutMs?: number;
  /** Default `operator`. */
  readonly urlOrigin?: UrlOrigin;
}

/** An HTTP response whose body is read as it comes. Leaving the iteration of `body` early closes the socket. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body as UTF-8, bounded. @throws LatticeError `LATTICE_TOO_LARGE` */
  text(maxBytes?: number): Promise<string>;
}

/**
 * HTTP for providers: pooled, cancellable down to the socket, never follows a redirect. Failures are
 * `LATTICE_DNS`, `LATTICE_CONNECTION_REFUSED`, `LATTICE_CONNECTION_RESET`, `LATTICE_TIMEOUT`, `LATTICE_ABORTED` or
 * `LATTICE_OUTBOUND_BLOCKED`.
 */
export interface HttpTransport {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Closes every pooled connection; a request afterwards fails with `LATTICE_CLOSED`. */
  close(): Promise<void>;
}
