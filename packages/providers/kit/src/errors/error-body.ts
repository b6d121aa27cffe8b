/** What an error body says, whatever its shape. */
export interface ErrorBodyFacts {
  /** The vendor's own sentence; `null` when the body has none. */
  readonly message: string | null;
  readonly code: string | null;
  readonly type: string | null;
  /** An HTTP status the body names, e.g. in an error sent under 200. */
  readonly status: number | null;
  /** Code, type and further marks in lower case, to recognise a cause by. */
  readonly marks: string;
  /** A delay in ms that the body names (Google's RetryInfo). */
  readonly retryDelayMs: number | null;
  /** The vendor's id of the request, where the body carries it (Anthropic). */
  readonly requestId: string | null;
  /** What a router passes on of the vendor behind it, in its words (OpenRouter). */
  readonly upstreamMessage: string | null;
  /** Headers that the body repeats, names in lower case (OpenRouter). */
  readonly headers: Readonly<Record<string, string>> | null;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
const statusOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 400 && number <= 599 ? number : null;
};

/**
 * Reads an error body of any vendor: `{error:{message,type,code}}`, `{error:"text"}`, `{code,error:"text"}`,
 * `{message}` with a type header, `{detail}`, `{type:"error",error:{..}}`, the flat `{object:"error",message,type,code}`,
 * an array of one of these, plain text or HTML.
 */
export function readErrorBody(body: string, typeHeader?: string): ErrorBodyFacts {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    const message = /^\s*<|<html/i.test(body) ? htmlText(body) : body.trim();
    const marks = typeHeader?.toLowerCase() ?? '';
    return { message: message === '' ? null : message, ...nothing, marks };
  }
  return readErrorValue(value, typeHeader);
}

const nothing = {
  code: null,
  type: null,
  status: null,
  retryDelayMs: null,
  requestId: null,
  upstreamMessage: null,
  headers: null,
} as const;

/** As {@link readErrorBody}, for a body that is parsed already. */
export function readErrorValue(body: unknown, typeHeader?: string): ErrorBodyFacts {
  const value: unknown = Array.isArray(body) ? body[0] : body;
  if (!isFields(value)) return { message: textOf(value), ...nothing, marks: typeHeader?.toLowerCase() ?? '' };
  const inner: Fields = isFields(value['error']) ? value['error'] : {};
  const message =
    textOf(inner['message']) ??
    (typeof value['error'] === 'string' ? textOf(value['error']) : null) ??
    textOf(value['message']) ??
    textOf(value['Message']) ??
    detailText(value['message']) ??
    detailText(value['detail']) ??
    detailText(value['errors']) ??
    (isFields(value['error']) ? JSON.stringify(value['error']) : null);
  const header = typeHeader?.split(':')[0];
  const code =
    textOf(inner['code']) ?? textOf(value['code']) ?? textOf(inner['status']) ?? header ?? textOf(value['__type']);
  const type = textOf(inner['type']) ?? (value['type'] === 'error' ? null : textOf(value['type']));
  const details = inner['details'] ?? value['details'];
  const innerCode = isFields(inner['innererror']) ? textOf(inner['innererror']['code']) : null;
  const detailCode = isFields(details) ? textOf(details['error_code']) : null;
  const reasons = Array.isArray(details)
    ? details.map((detail) => (isFields(detail) ? textOf(detail['reason']) : null))
    : [];
  const marks = [code, type, textOf(inner['status']), innerCode, detailCode, header, ...reasons, ...quotaIds(details)];
  return {
    message,
    code: code ?? type,
    type,
    status:
      statusOf(inner['code']) ?? statusOf(inner['status']) ?? statusOf(value['code']) ?? statusOf(value['status']),
    marks: marks
      .filter((mark) => mark !== null && mark !== undefined)
      .join(' ')
      .toLowerCase(),
    retryDelayMs: retryDelay(details),
    requestId: textOf(value['request_id']) ?? textOf(inner['request_id']),
    ...routedFacts(inner['metadata']),
  };
}

/** A router says in `metadata` what the vendor behind it said. */
function routedFacts(metadata: unknown): Pick<ErrorBodyFacts, 'upstreamMessage' | 'headers'> {
  if (!isFields(metadata)) return { upstreamMessage: null, headers: null };
  const { headers } = metadata;
  const pairs = isFields(headers) ? Object.entries(headers).map(([name, value]) => [name, textOf(value)] as const) : [];
  const known = pairs.flatMap(([name, value]) => (value === null ? [] : [[name.toLowerCase(), value] as const]));
  return {
    upstreamMessage: textOf(metadata['raw']),
    headers: known.length === 0 ? null : Object.fromEntries(known),
  };
}

function detailText(detail: unknown): string | null {
  if (Array.isArray(detail)) {
    const texts = detail.map(detailText).filter((text) => text !== null);
    return texts.length === 0 ? null : texts.join('; ');
  }
  if (!isFields(detail)) return textOf(detail);
  if (Array.isArray(detail['detail'])) return detailText(detail['detail']);
  const place = Array.isArray(detail['loc']) ? `${detail['loc'].join('.')}: ` : '';
  const message = textOf(detail['message']) ?? textOf(detail['msg']) ?? textOf(detail['error']);
  return message === null ? null : place + message;
}

/** Which quotas of Google's are used up: their ids tell the window, e.g. `GenerateRequestsPerDayPerProjectPerModel`. */
function quotaIds(details: unknown): readonly (string | null)[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail: unknown) => {
    const violations = isFields(detail) ? detail['violations'] : undefined;
    if (!Array.isArray(violations)) return [];
    return violations.map((violation: unknown) => (isFields(violation) ? textOf(violation['quotaId']) : null));
  });
}

function retryDelay(details: unknown): number | null {
  if (!Array.isArray(details)) return null;
  for (const detail of details) {
    const delay = isFields(detail) && /RetryInfo/.test(String(detail['@type'])) ? detail['retryDelay'] : undefined;
    const seconds = typeof delay === 'string' ? Number.parseFloat(delay) : Number.NaN;
    if (seconds >= 0) return Math.round(seconds * 1000);
  }
  return null;
}

function htmlText(html: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1]?.trim();
  if (title !== undefined && title !== '') return `an HTML page titled "${title}"`;
  return `an HTML page: ${html
    .replace(/<(script|style)[^>]*>[^<]*<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)}`;
}
