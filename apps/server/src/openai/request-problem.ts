import { LatticeError, type ErrorCode, type LatticeErrorOptions } from '@lattice-lock/contract';

/** What the HTTP edge knows about an error that no other room does. */
export interface RequestProblemOptions extends LatticeErrorOptions {
  /** HTTP status to answer with. */
  readonly httpStatus: number;
  /** OpenAI's error `type`. */
  readonly type?: string;
  /** OpenAI's error `code`. */
  readonly apiCode: string;
  /** The field that is wrong, as a path such as `messages[2].role`. */
  readonly param?: string;
  /** Further response headers, e.g. `www-authenticate`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that the HTTP edge itself finds in a request: it carries its own status, type, code and field. */
export class RequestProblem extends LatticeError {
  readonly httpStatus: number;
  readonly type: string;
  readonly apiCode: string;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, options: RequestProblemOptions) {
    super(code, message, options);
    this.httpStatus = options.httpStatus;
    this.type = options.type ?? 'invalid_request_error';
    this.apiCode = options.apiCode;
    this.param = options.param ?? null;
    this.headers = options.headers ?? {};
  }
}

/** A 400 that names the field. */
export function invalidField(param: string, message: string, apiCode = 'invalid_value'): RequestProblem {
  return new RequestProblem('LATTICE_INVALID_REQUEST', message, {
    httpStatus: 400,
    apiCode,
    param,
    issues: [{ path: param, message }],
  });
}
