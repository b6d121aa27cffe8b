import words from './secret-names.json' with { type: 'json' };

/**
 * What a field's name says about its value:
 *
 * - `secret`: any value is one, e.g. of `password`;
 * - `code`: any value of four to twelve characters is one, digits too, e.g. of `mfaCode`;
 * - `credential`: only a value that looks like one, e.g. of `token`;
 * - `random`: only a generated text, e.g. of `signature` or of a key with an unknown first word;
 * - `authorization`, `cookie`, `set-cookie`: headers with a grammar of their own;
 * - `pair-name`, `pair-value`: halves of `{"name": "DB_PASSWORD", "value": "..."}`.
 */
export type NameKind =
  'secret' | 'code' | 'credential' | 'random' | 'authorization' | 'cookie' | 'set-cookie' | 'pair-name' | 'pair-value';

const passwords = new Set(words.passwords);
const secrets = new Set(words.secrets);
const codes = new Set(words.codes);
const codeQualifiers = new Set(words.codeQualifiers);
const keyQualifiers = new Set(words.keyQualifiers);
const publicQualifiers = new Set(words.publicQualifiers);
const neutralTokenQualifiers = new Set(words.neutralTokenQualifiers);
const trailers = new Set(words.trailers);
const credentials = new Set(words.credentials);
const randoms = new Set(words.randoms);
const pairNames = new Set(words.pairNames);
const pairValues = new Set(words.pairValues);

/** Ends of words written together, e.g. `dbpassword`, `PGPASSWORD`, `npmauthtoken`. */
const joined = /(?:password|passwd|passphrase|pwd|secret|secretkey|apikey|privatekey|authtoken|accesstoken)s?$/;

/** Names seen lately. Bounded: an attacker who invents names must not fill the memory. */
const knownNames = new Map<string, NameKind | null>();
const maxKnownNames = 4096;

/** What the name of a field, variable, header, option or column says about its value; `null` when nothing. */
export function nameKind(name: string): NameKind | null {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const kind = classify(wordsOf(name));
  if (knownNames.size >= maxKnownNames) knownNames.clear();
  knownNames.set(name, kind);
  return kind;
}

/** `x-apiKey_2` is x, api, key. */
function wordsOf(name: string): readonly string[] {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return spaced
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^[0-9]{1,3}$/.test(word));
}

function classify(all: readonly string[]): NameKind | null {
  const direct = classifyLast(all);
  if (direct !== null || all.length < 2) return direct;
  const last = all.at(-1) ?? '';
  if (!trailers.has(last)) return null;
  const inner = classifyLast(all.slice(0, -1));
  return inner === 'pair-name' || inner === 'pair-value' ? null : inner;
}

function classifyLast(all: readonly string[]): NameKind | null {
  const last = all.at(-1) ?? '';
  const before = all.at(-2) ?? '';
  if (last === 'authorization') return 'authorization';
  if (last === 'cookie' || last === 'cookies') return before === 'set' ? 'set-cookie' : 'cookie';
  if (passwords.has(last) || secrets.has(last)) return 'secret';
  if (last === 'pass') return all.length > 1 ? 'secret' : 'credential';
  if (last === 'phrase' || last === 'answer')
    return ['pass', 'seed', 'recovery', 'secret', 'security'].includes(before) ? 'secret' : null;
  if (codes.has(last)) return 'code';
  if (last === 'code' || last === 'codes') return codeQualifiers.has(before) ? 'code' : before === '' ? 'random' : null;
  if (last === 'token' || last === 'tokens') return tokenKind(all, before);
  if (last === 'key' || last === 'keys') return keyKind(all, before);
  if (joined.test(last)) return 'secret';
  if (last.length > 5 && last.endsWith('token')) return 'credential';
  if (randoms.has(last)) return 'random';
  if (last === 'id' && (before === 'session' || before === 'sess')) return 'credential';
  if (credentials.has(last) || last === 'auth' || last === 'authentication') return 'credential';
  if (all.length === 1 && pairNames.has(last)) return 'pair-name';
  return all.length === 1 && pairValues.has(last) ? 'pair-value' : null;
}

function tokenKind(all: readonly string[], before: string): NameKind | null {
  if (neutralTokenQualifiers.has(before)) return null;
  return all.length === 1 || all.at(-1) === 'tokens' ? 'credential' : 'secret';
}

function keyKind(all: readonly string[], before: string): NameKind | null {
  if (all.length === 1) return 'pair-name';
  if (all.some((word) => word === 'public' || word === 'publishable')) return null;
  if (keyQualifiers.has(before)) return all.at(-1) === 'keys' ? 'credential' : 'secret';
  return publicQualifiers.has(before) ? null : 'random';
}
