import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * Whether a request is signed as AWS would check it: from what arrived, by the steps of Signature Version 4
 * (docs.aws.amazon.com, "Create a signed AWS API request").
 */
export function isSignedBy(request: ArrivedRequest, secretAccessKey: string): boolean {
  const form = /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const [, scope = '', names = '', signature = ''] = form.exec(request.headers.authorization ?? '') ?? [];
  const path = request.path
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name])}\n`);
  const body = JSON.stringify(request.body);
  const canonical = [request.method, path, '', headers.join(''), names, sha256(body)].join('\n');
  const date = String(request.headers['x-amz-date']);
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex') === signature;
}
