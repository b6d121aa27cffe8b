/**
 * Whether a value looks like a credential. Names alone are no proof (`token`, `key`, `code` mean many things), so the
 * weaker a name is, the more its value must look like one.
 */

const placeholder =
  /^(?:null|none|nil|undefined|true|false|yes|no|on|off|ok|unset|set|empty|missing|required|optional|invalid|expired|revoked|rejected|denied|unknown|unauthorized|forbidden|disabled|enabled|default|string|text|bearer|basic|digest|include|omit|same-origin|redacted|hidden|masked|filtered|removed|secret|password|token|\*+|x{3,}|\.{3}|-+|<[^<>]{0,40}>|\$\{[^{}]{0,60}\}|\{\{[^{}]{0,60}\}\}|%[sdvo]|\[?redacted\]?)$/i;

/** True for a word that only stands where a secret would: `null`, `***`, `<your-key>`, `required`. */
export function isPlaceholder(value: string): boolean {
  return value === '' || (value.length <= 64 && (placeholder.test(value) || isMasked(value)));
}

/** `sk-...a1b2`, `ab***yz`: most of it is gone already. */
function isMasked(value: string): boolean {
  return /\*{3}|\.{3}|\u2026|[xX]{8}/.test(value) && value.replace(/[*.xX\u2026]/g, '').length <= 12;
}

/** True for the name of an environment variable, e.g. `OPENAI_API_KEY`. */
export function isConstantName(value: string): boolean {
  return /^\$?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value);
}

const letters = /[A-Za-z]/;
const digits = /[0-9]/;
const upper = /[A-Z]/;
const lower = /[a-z]/;

/** Letters with digits, or upper with lower case inside: the mixture of a generated text. */
export function isMixed(value: string): boolean {
  if (digits.test(value)) return letters.test(value);
  return upper.test(value.slice(1)) && lower.test(value);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const dateOrNumber = /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]*)?|[0-9.,:_+-]+(?:ms|s|kb|mb|gb|b|%)?)$/i;
const identifier =
  /^(?:req|res|resp|msg|run|call|toolu|chatcmpl|cmpl|file|batch|asst|sess|thread|step|evt|trace|span|dec|job|usr|u)[_-]/;

function isEverydayValue(value: string): boolean {
  return uuid.test(value) || dateOrNumber.test(value) || identifier.test(value) || isPlaceholder(value);
}

/** A value that is no plain word, number, date or id: at least `minLength` long and mixed. */
export function looksLikeCredential(value: string, minLength: number): boolean {
  return value.length >= minLength && isMixed(value) && !isEverydayValue(value) && !value.includes('://');
}

/** A generated text: it holds one unbroken run of at least twelve characters that is mixed. */
export function looksRandom(value: string, minLength: number): boolean {
  if (!looksLikeCredential(value, minLength)) return false;
  return value.split(/[^A-Za-z0-9]/).some((run) => run.length >= 12 && isMixed(run));
}
