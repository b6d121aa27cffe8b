import { findCookieValues } from './cookie-values.ts';
import { fieldNameBefore, type FieldName } from './field-name.ts';
import { readFieldValues, stickyEnd, type FieldValue } from './field-value.ts';
import { markAuthorization } from './authorization-value.ts';
import { quoteEndingAt } from './quoted-text.ts';
import { redactionMark, type RedactionSpans } from './redaction-spans.ts';
import { isConstantName, isPlaceholder, looksLikeCredential, looksRandom } from './secret-guards.ts';
import { nameKind, type NameKind } from './secret-names.ts';

const colon = 58;
const equals = 61;
const comma = 44;
const percent = 37;
const greater = 62;
const openBrace = 123;
const hyphen = 45;
const bar = 124;
const tab = 9;

const gap = /[ \t]{0,8}(?:(?:\u001b|\\{1,15}(?:u001b|x1b|e|033))\[[0-9;]{0,12}m[ ]?)?/y;
const wideGap = /(?:\s|\\{1,15}[nrt]){0,8}/y;
const arrow = /={0,2}>?/y;
const encodedSeparator = /%(?:25){0,3}3[AaDd]/y;
const encodedGap = /(?:%(?:25){0,3}20|\+){0,2}/y;
const markupValue = /[^<"\\]{1,400}(?=<)/y;

/** How far `"value"` may stand behind its `"name"`. */
const maxPairDistance = 200;

interface Pair {
  readonly kind: NameKind;
  readonly end: number;
}

/** Marks values whose name says that they are secret: fields, variables, headers, options, columns of pairs. */
export function findNamedSecrets(spans: RedactionSpans): void {
  new NamedSecretScan(spans).run();
}

class NamedSecretScan {
  readonly #spans: RedactionSpans;
  readonly #text: string;
  #pair: Pair | null = null;

  constructor(spans: RedactionSpans) {
    this.#spans = spans;
    this.#text = spans.text;
  }

  run(): void {
    const { length } = this.#text;
    for (let index = 1; index < length;) {
      index = this.#at(index, this.#text.charCodeAt(index)) ?? index + 1;
    }
  }

  /** Looks at one character; returns where to go on when a value was read there. */
  #at(index: number, code: number): number | null {
    if (code === colon || code === equals) return this.#separator(index, code);
    if (code === comma) return this.#commaPair(index);
    if (code === percent) return this.#encodedSeparator(index);
    if (code === greater)
      return this.#text.charCodeAt(index - 1) === hyphen ? this.#loosePair(index) : this.#markup(index);
    return code === bar || code === tab ? this.#loosePair(index) : null;
  }

  #separator(index: number, code: number): number | null {
    const text = this.#text;
    if (code === colon && text.startsWith('//', index + 1)) return null;
    const name = fieldNameBefore(text, index);
    if (name === null || (code === colon && name.quote === '' && text.charCodeAt(name.start - 1) === colon))
      return null;
    let after = index + 1;
    const afterArrow = stickyEnd(arrow, text, after);
    const isArrow = afterArrow > after && text.charCodeAt(afterArrow - 1) === greater;
    after = stickyEnd(isArrow ? wideGap : gap, text, afterArrow);
    return this.#field(name, after, { isEncoded: false, isLoose: code === colon && after > index + 1 });
  }

  #encodedSeparator(index: number): number | null {
    const after = stickyEnd(encodedSeparator, this.#text, index);
    if (after === index) return null;
    const name = fieldNameBefore(this.#text, index);
    if (name === null) return null;
    return this.#field(name, stickyEnd(encodedGap, this.#text, after), { isEncoded: true, isLoose: false });
  }

  #field(name: FieldName, at: number, form: { isEncoded: boolean; isLoose: boolean }): number | null {
    const { kind, quote } = name;
    if (this.#text.startsWith(redactionMark, at)) return at + redactionMark.length;
    if (kind === 'authorization') return markAuthorization(this.#spans, at, name.quote);
    if (kind === 'cookie' || kind === 'set-cookie')
      return findCookieValues(this.#spans, at, { isSet: kind === 'set-cookie', nameQuote: quote });
    const values = readFieldValues(this.#text, at, {
      isJson: this.#spans.isJson,
      isEncoded: form.isEncoded,
      nameQuote: quote,
    });
    const [first] = values;
    if (first === undefined) {
      this.#pair = this.#text.charCodeAt(at) === openBrace ? { kind, end: at } : this.#pair;
      return null;
    }
    if (kind === 'pair-name') {
      this.#rememberPair(first);
      return this.#isQueryParameter(name.start) && looksRandom(first.text, 16) ? this.#mark(first, '') : null;
    }
    const effective = kind === 'pair-value' ? this.#takePair(at) : kind;
    if (effective === null) return null;
    let end: number | null = null;
    for (const value of values) {
      if (isSecret(effective, value, this.#text, form.isLoose)) end = this.#mark(value, quote);
    }
    return end;
  }

  #mark(value: FieldValue, nameQuote: string): number {
    const needsQuotes = value.quote === '' && nameQuote.endsWith('"');
    this.#spans.add(value.start, value.end, needsQuotes ? nameQuote : '');
    return value.end;
  }

  #rememberPair(value: FieldValue): void {
    const kind = value.text.length <= 80 ? nameKind(value.text) : null;
    this.#pair = kind === null ? null : { kind, end: value.end };
  }

  #takePair(at: number): NameKind | null {
    const pair = this.#pair;
    this.#pair = null;
    if (pair === null || at - pair.end > maxPairDistance) return null;
    return pair.kind === 'secret' || pair.kind === 'code' || pair.kind === 'random' ? pair.kind : 'credential';
  }

  #isQueryParameter(start: number): boolean {
    const before = this.#text.charAt(start - 1);
    return before === '?' || before === '&';
  }

  /** `'Authorization', 'Bearer ...'` as rawHeaders and argument lists are printed. */
  #commaPair(index: number): number | null {
    const text = this.#text;
    const closing = quoteEndingAt(text, index);
    if (closing === '') return null;
    const at = stickyEnd(gap, text, index + 1);
    const name = fieldNameBefore(text, index);
    if (name === null) return null;
    if (name.kind === 'authorization') return markAuthorization(this.#spans, at, name.quote);
    if (name.kind === 'cookie' || name.kind === 'set-cookie')
      return findCookieValues(this.#spans, at, { isSet: name.kind === 'set-cookie', nameQuote: name.quote });
    const [value] = readFieldValues(text, at, { isJson: this.#spans.isJson, isEncoded: false, nameQuote: name.quote });
    if (value === undefined || value.quote === '' || this.#isKey(value)) return null;
    if (name.kind === 'pair-name' || name.kind === 'pair-value') return null;
    return looksLikeCredential(value.text, 8) ? this.#mark(value, '') : null;
  }

  /** `api_key -> ...`, `| api_key | ... |`: loose forms, so the value must look like a credential. */
  #loosePair(index: number): number | null {
    const text = this.#text;
    const name = fieldNameBefore(text, text.charCodeAt(index) === greater ? index - 1 : index);
    if (name === null || name.kind !== 'secret') return null;
    const context = { isJson: this.#spans.isJson, isEncoded: false, nameQuote: name.quote };
    const [value] = readFieldValues(text, stickyEnd(gap, text, index + 1), context);
    return value !== undefined && looksLikeCredential(value.text, 8) ? this.#mark(value, '') : null;
  }

  #isKey(value: FieldValue): boolean {
    const after = stickyEnd(gap, this.#text, value.end + value.quote.length);
    return this.#text.charCodeAt(after) === colon;
  }

  /** `<password>...</password>` */
  #markup(index: number): number | null {
    const name = fieldNameBefore(this.#text, index);
    if (name === null || name.quote !== '') return null;
    const before = this.#text.charAt(name.start - 1);
    if (before !== '<' && before !== ':') return null;
    const end = stickyEnd(markupValue, this.#text, index + 1);
    if (end === index + 1) return null;
    if (name.kind === 'authorization') return markAuthorization(this.#spans, index + 1, '');
    const value = { start: index + 1, end, text: this.#text.slice(index + 1, end), quote: '<' };
    return isSecret(name.kind, value, this.#text, false) ? this.#mark(value, '') : null;
  }
}

const reference = /^(?:arn:|op:\/\/|env[:.]|file:|vault:|process\.env\.|os\.environ|secrets\.|vars\.|config\.)/;
const path = /^(?:~|\.{0,2})\/(?:[\w.-]+\/)*[\w-]+\.[a-z]{2,6}$|^\/(?:etc|run|var|home|opt|tmp|usr|mnt|root)\//;
const shortCode = /^[A-Za-z0-9-]{3,12}$/;

function isSecret(kind: NameKind, value: FieldValue, text: string, isLoose: boolean): boolean {
  const word = value.text;
  if (isPlaceholder(word) || reference.test(word)) return false;
  switch (kind) {
    case 'secret':
      return !isSentence(value, text, isLoose) && !isCount(value) && !path.test(word) && !isConstantName(word);
    case 'code':
      return (
        (shortCode.test(word) && /[0-9]/.test(word)) || looksLikeCredential(word, 13) || /^[A-Z2-7]{16,}$/.test(word)
      );
    case 'credential':
      return looksLikeCredential(word, 8);
    case 'random':
      return looksRandom(word, 16) && !isFilePath(word);
    default:
      return false;
  }
}

/** `logs/2026/ab12cd34ef56.json` */
function isFilePath(word: string): boolean {
  const dot = word.lastIndexOf('.');
  return word.includes('/') && dot > word.lastIndexOf('/') && word.length - dot <= 6;
}

/** `password: too short`: plain words after a colon and a space are prose. */
function isSentence(value: FieldValue, text: string, isLoose: boolean): boolean {
  if (value.quote !== '' || !isLoose || !/^[A-Z]?[a-z'-]+[.!]?$/.test(value.text)) return false;
  return /^[ ][A-Za-z]/.test(text.slice(value.end, value.end + 2));
}

/** `"secrets": 12` counts them. */
function isCount(value: FieldValue): boolean {
  return value.quote === '' && /^[0-9]{1,3}$/.test(value.text);
}
