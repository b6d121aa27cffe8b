import { LatticeError, systemClock, type JsonObject } from '@lattice-lock/contract';
import { createTransport, mapHttpError } from '@lattice-lock/provider-kit';
import { openDialAccess, type DialOptions } from './dial-connection.ts';
import { encodeDeployment } from './dial-deployment-path.ts';

/** How far one limit is used up. */
export interface DialLimit {
  /** `null` when there is no limit. */
  readonly total: number | null;
  readonly used: number;
  /** Never negative; `null` when there is no limit. */
  readonly remaining: number | null;
  /** ISO 8601, from versions of DIAL that say it. */
  readonly resetsAt: string | null;
}

/** The limits of one deployment for one credential; `null` where this version of DIAL names none. Costs are in US dollars. */
export interface DialLimits {
  readonly minuteTokens: DialLimit | null;
  readonly dayTokens: DialLimit | null;
  readonly weekTokens: DialLimit | null;
  readonly monthTokens: DialLimit | null;
  readonly hourRequests: DialLimit | null;
  readonly dayRequests: DialLimit | null;
  readonly minuteCost: DialLimit | null;
  readonly dayCost: DialLimit | null;
  readonly weekCost: DialLimit | null;
  readonly monthCost: DialLimit | null;
}

/** Options of {@link readDialLimits}: those of the provider, and a signal. */
export interface DialLimitsOptions extends DialOptions {
  readonly signal?: AbortSignal;
}

const maxBytes = 1024 * 1024;

/**
 * Asks DIAL what is left of a deployment's limits, at no token cost: `GET /v1/deployments/{id}/limits`. DIAL sends no
 * limit headers, so this is the only way to know before a 429.
 *
 * @throws LatticeError as a call would: `LATTICE_AUTHENTICATION`, `LATTICE_NOT_FOUND`, `LATTICE_CONFIG` ...
 */
export async function readDialLimits(deployment: string, options: DialLimitsOptions): Promise<DialLimits> {
  const { id: provider = 'dial', signal, firstByteTimeoutMs = 10_000, idleTimeoutMs = 10_000 } = options;
  const access = openDialAccess(options);
  const transport = options.transport ?? createTransport();
  try {
    const response = await transport.request({
      method: 'GET',
      url: `${access.baseUrl}/v1/deployments/${encodeDeployment(deployment)}/limits`,
      headers: { accept: 'application/json', ...(await access.headers()), ...options.headers },
      firstByteTimeoutMs,
      idleTimeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    const { status, headers } = response;
    const body = await response.text(maxBytes);
    if (status < 200 || status > 299) {
      const nowMs = (options.clock ?? systemClock).now();
      throw mapHttpError({ provider, model: deployment, status, headers, body, nowMs, secrets: access.secrets });
    }
    return readLimits(parseObject(body, provider));
  } finally {
    if (options.transport === undefined) await transport.close();
  }
}

function parseObject(text: string, provider: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below, in words that help.
  }
  const message = `${provider} answered 200 with something that is no list of limits; is the base URL that of DIAL Core?`;
  throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider });
}

function readLimits(body: JsonObject): DialLimits {
  return {
    minuteTokens: limitOf(body['minuteTokenStats']),
    dayTokens: limitOf(body['dayTokenStats']),
    weekTokens: limitOf(body['weekTokenStats']),
    monthTokens: limitOf(body['monthTokenStats']),
    hourRequests: limitOf(body['hourRequestStats']),
    dayRequests: limitOf(body['dayRequestStats']),
    minuteCost: limitOf(body['minuteCostStats']),
    dayCost: limitOf(body['dayCostStats']),
    weekCost: limitOf(body['weekCostStats']),
    monthCost: limitOf(body['monthCostStats']),
  };
}

/** DIAL says "no limit" by the largest 64-bit integer. */
function limitOf(value: unknown): DialLimit | null {
  if (typeof value !== 'object' || value === null) return null;
  const { total, used, resetsAt } = value as Readonly<Record<string, unknown>>;
  if (typeof total !== 'number') return null;
  const spent = typeof used === 'number' ? used : 0;
  const known = { used: spent, resetsAt: typeof resetsAt === 'string' ? resetsAt : null };
  if (total >= Number.MAX_SAFE_INTEGER) return { total: null, remaining: null, ...known };
  return { total, remaining: Math.max(0, total - spent), ...known };
}
