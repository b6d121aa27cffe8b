import { LatticeError } from '@lattice-lock/contract';
import type { SimulatorFault, StatusReason } from './simulator-reply.ts';
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
  529: 'The service is overloaded.',
};

/** OpenAI's codes; absent is `null` there. */
const openAICodes: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  402: 'credit_balance_exhausted',
  404: 'model_not_found',
  429: 'rate_limit_exceeded',
};

/** The marks by which clients tell these apart from others of the same status; they are part of each vendor's wire. */
const reasons: Readonly<Record<StatusReason, Readonly<Record<SimulatorWire, { message: string; code?: string }>>>> = {
  'context-length': {
    'openai-chat': { message: 'Your input exceeds the context window of this model.', code: 'context_length_exceeded' },
    'anthropic-messages': { message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    'ollama-chat': { message: 'prompt too long; exceeded max context length by 4000 tokens' },
  },
  quota: {
    'openai-chat': {
      message: 'The quota of this account is used up; see its plan and billing.',
      code: 'insufficient_quota',
    },
    'anthropic-messages': { message: 'The spend limit is reached.', code: 'enforced_spend_limit_reached' },
    'ollama-chat': { message: 'the usage limit of this account is reached' },
  },
  'content-filter': {
    'openai-chat': { message: 'The prompt was stopped by the content filter.', code: 'content_filter' },
    'anthropic-messages': { message: 'Output blocked by content filtering policy' },
    'ollama-chat': { message: 'the prompt was stopped by the content filter' },
  },
};

/** The error that a `status` fault stands for, ready for a wire's error body. */
export function statusError(
  wire: SimulatorWire,
  status: number,
  reason?: StatusReason,
  message?: string,
): LatticeError {
  const special = reason === undefined ? undefined : reasons[reason][wire];
  const code = special?.code ?? (wire === 'openai-chat' && reason === undefined ? openAICodes[status] : undefined);
  const text = message ?? special?.message ?? sentences[status] ?? `The simulator answers ${status}.`;
  return new LatticeError('LATTICE_UPSTREAM', text, { status, ...(code === undefined ? {} : { upstreamCode: code }) });
}

/** Headers of a `status` fault: the given ones and `retry-after`. */
export function statusHeaders(fault: Extract<SimulatorFault, { type: 'status' }>): Record<string, string> {
  const retry = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  return { ...retry, ...fault.headers };
}
