import { LatticeError } from '@lattice-lock/contract';
import { reasonMarks } from './reason-marks.ts';
import type { StatusReason } from './simulator-reply.ts';
import type { SimulatorWire } from './simulator-request.ts';

/** What each status says, in a sentence of ours: vendors reword theirs, so nobody may rely on them. */
const sentences: Readonly<Record<number, string>> = {
  400: 'The request was refused by the simulator.',
  401: 'The API key was not accepted.',
  402: 'The account has no credit left.',
  403: 'This API key is not allowed to do this.',
  404: 'The model does not exist or this API key may not use it.',
  408: 'The request took too long.',
  409: 'The request conflicts with another one.',
  413: 'The request is larger than the maximum.',
  422: 'The request could not be processed.',
  429: 'Too many requests: the rate limit of this API key is reached.',
  500: 'The server had an error while it processed the request.',
  503: 'The service is not available now.',
  504: 'The service took too long to answer.',
  529: 'The service is overloaded.',
};

/** OpenAI's codes; absent is `null` there. */
const openAICodes: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  402: 'credit_balance_exhausted',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
};

/** Azure's codes of the old and the new paths: often the status itself. */
const azureCodes: Readonly<Record<number, string>> = {
  401: '401',
  403: 'Forbidden',
  404: 'DeploymentNotFound',
  429: '429',
};

/** The codes of an error by wire and status, for wires whose errors have one beside the status. */
const codes: Partial<Readonly<Record<SimulatorWire, Readonly<Record<number, string>>>>> = {
  'openai-chat': openAICodes,
  'openai-responses': openAICodes,
  'azure-openai': azureCodes,
};

/** Sentences that clients know an error by, where a wire has one of its own. */
const ownSentences: Partial<Readonly<Record<SimulatorWire, Readonly<Record<number, string>>>>> = {
  'dial-chat': {
    429: 'Hit token rate limit. Minute limit: 100000 / 100000 tokens. Day limit: 120000 / 5000000 tokens.',
  },
  'azure-openai': {
    404: 'The API deployment for this resource does not exist.',
  },
};

/** What is said where a fault asks for more than a status. */
export interface StatusDetails {
  readonly reason?: StatusReason | undefined;
  readonly message?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The error that a `status` fault stands for, ready for a wire's error body. */
export function statusError(wire: SimulatorWire, status: number, details: StatusDetails = {}): LatticeError {
  const { reason, retryAfterSeconds } = details;
  const special = reason === undefined ? undefined : reasonMarks[reason][wire];
  const code = reason === undefined ? codes[wire]?.[status] : special?.code;
  const text =
    details.message ??
    special?.message ??
    ownSentences[wire]?.[status] ??
    sentences[status] ??
    `The simulator answers ${status}.`;
  return new LatticeError('LATTICE_UPSTREAM', text, {
    status,
    ...(code === undefined ? {} : { upstreamCode: code }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
  });
}

/** `retry-after` in seconds, as most vendors send it. */
export function retryAfterHeader({ retryAfterMs }: LatticeError): Record<string, string> {
  return retryAfterMs === undefined ? {} : { 'retry-after': String(retryAfterMs / 1000) };
}
