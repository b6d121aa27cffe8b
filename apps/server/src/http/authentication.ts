import type { IncomingHttpHeaders } from 'node:http';
import type { ApiKeyRecord } from '@lattice-lock/contract';
import { RequestProblem } from '../openai/request-problem.ts';

/** Whoever can tell a good key: the API key service. */
export interface KeyVerifier {
  verify(key: string): Promise<ApiKeyRecord | null>;
}

/** The key of a request: `Authorization: Bearer <key>`, or `x-api-key` as Anthropic's clients send it. */
function keyOfHeaders(headers: IncomingHttpHeaders): string | null {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization !== undefined) {
    const match = /^Bearer +(\S+) *$/i.exec(authorization);
    return match?.[1] ?? null;
  }
  return typeof apiKey === 'string' && apiKey !== '' ? apiKey : null;
}

/**
 * Tells whose key a request carries.
 *
 * @throws RequestProblem 401: why a key is not good is told to nobody
 */
export async function authenticate(headers: IncomingHttpHeaders, keys: KeyVerifier): Promise<ApiKeyRecord> {
  const key = keyOfHeaders(headers);
  if (key === null) {
    throw unauthorized(
      'No API key was sent. Send it as "Authorization: Bearer <key>"; npx lattice keys create makes one.',
    );
  }
  const record = await keys.verify(key);
  if (record === null) {
    throw unauthorized(
      'The API key is not valid: it is misspelt, revoked or expired. npx lattice keys create makes a new one.',
    );
  }
  return record;
}

function unauthorized(message: string): RequestProblem {
  return new RequestProblem('LATTICE_AUTHENTICATION', message, {
    httpStatus: 401,
    apiCode: 'invalid_api_key',
    headers: { 'www-authenticate': 'Bearer realm="lattice"' },
  });
}
