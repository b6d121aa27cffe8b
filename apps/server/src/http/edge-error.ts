import { LatticeError, toLatticeError } from '@lattice-lock/contract';
import { RequestProblem } from '../openai/request-problem.ts';

/** What the HTTP framework reports, in our words. */
const frameworkProblems: Readonly<Record<string, { status: number; apiCode: string; message: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    apiCode: 'unsupported_media_type',
    message: 'Send the body as Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    apiCode: 'invalid_content_length',
    message: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_BAD_URL: { status: 400, apiCode: 'invalid_url', message: 'The path is not a valid URL path.' },
  FST_ERR_ASYNC_CONSTRAINT: { status: 400, apiCode: 'invalid_request', message: 'The request cannot be routed.' },
};

/** Anything a route or the framework threw as an error with a code; what nobody foresaw is `LATTICE_INTERNAL`. */
export function edgeError(error: unknown, bodyLimitBytes: number): LatticeError {
  const code = codeOf(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new RequestProblem(
      'LATTICE_TOO_LARGE',
      `The body is larger than ${bodyLimitBytes} bytes (server.bodyLimitBytes).`,
      {
        httpStatus: 413,
        apiCode: 'request_too_large',
      },
    );
  }
  const known = frameworkProblems[code] ?? clientFault(error);
  if (known === undefined) return toLatticeError(error);
  return new RequestProblem('LATTICE_INVALID_REQUEST', known.message, {
    httpStatus: known.status,
    apiCode: known.apiCode,
  });
}

/** A status of 4xx on a foreign error: the framework found the request at fault. */
function clientFault(error: unknown): { status: number; apiCode: string; message: string } | undefined {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (LatticeError.isInstance(error) || typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return { status, apiCode: 'invalid_request', message: 'The request is not valid HTTP.' };
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
