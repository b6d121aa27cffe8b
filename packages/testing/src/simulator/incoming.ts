import type { IncomingHttpHeaders } from 'node:http';
import type { RequestTarget } from './request-target.ts';
import type { WireData } from './wires/simulated-wire.ts';

/** What is read of a request, over HTTP/1.1 or HTTP/2. */
export interface IncomingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly destroyed: boolean;
  readonly complete: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  resume(): unknown;
}

/** What is written of a response, over HTTP/1.1 or HTTP/2. */
export interface OutgoingResponse {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly writableFinished: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  /** HTTP/2 sends them at once. */
  flushHeaders?(): void;
  write(data: WireData, onFlushed?: (error: Error | null | undefined) => void): boolean;
  end(): unknown;
  end(data: string): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}

/** One request and the way to answer it. */
export interface Incoming {
  readonly request: IncomingRequest;
  readonly response: OutgoingResponse;
  readonly target: RequestTarget;
  /** Counts from 1. */
  readonly number: number;
  /** Resets the connection under the request, with all its other requests. */
  resetConnection(): void;
}
