import type { IncomingHttpHeaders } from 'node:http';
import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import type { IncomingRequest } from './incoming.ts';
import type { RequestTarget } from './request-target.ts';
import type { SimulatorWire } from './simulator-request.ts';
import { statusError } from './status-error.ts';
import type { SimulatedVendor } from './wires/simulated-wire.ts';

const credentialHeaders = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-amz-security-token',
  'cookie',
  'proxy-authorization',
]);

/** Headers with their credentials masked: only the scheme is left. */
export function maskedHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const masked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 sends its request line as headers.
    if (name.startsWith(':')) continue;
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    masked[name] = credentialHeaders.has(name) ? text.replace(/\S+$/, '***') : text;
  }
  return masked;
}

/**
 * @throws LatticeError with the vendor's status when keys are listed and the request's is not among them, or when the
 * vendor wants something of every request that this one lacks
 */
export function checkAccess(
  target: RequestTarget,
  vendor: SimulatedVendor,
  accepted: readonly string[] | undefined,
): void {
  vendor.checkTarget?.(target);
  if (accepted !== undefined && !accepted.includes(vendor.credentialOf(target))) throw vendor.unknownKey(target);
}

/** Reads a body as UTF-8. @throws LatticeError status 413 when it is larger than the limit */
export function readBody(request: IncomingRequest, limitBytes: number, wire: SimulatorWire): Promise<string> {
  // Not by `for await`: leaving that early destroys the socket, and with it the answer that says why.
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      reject(statusError(wire, 413));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new LatticeError('LATTICE_ABORTED', 'The client closed the connection.')));
  });
}

/** @throws LatticeError status 400 when the text is not a JSON object */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', 'The body of the request is not valid JSON.', {
      status: 400,
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new LatticeError('LATTICE_INVALID_REQUEST', 'The body of the request is not a JSON object.', { status: 400 });
}
