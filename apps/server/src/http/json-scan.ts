/** Where a JSON text breaks off and what was there. */
export interface JsonFault {
  /** UTF-16 index, from 0. */
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

const quote = 0x22;
const backslash = 0x5c;
const closers = new Map([
  ['{', '}'],
  ['[', ']'],
]);

/**
 * True when arrays and objects are nested deeper than `limit`. Runs before the text is parsed, because parsing 20 MB
 * of brackets alone takes seconds; strings are jumped over, so that an image in a body costs next to nothing.
 */
export function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`; the text's length when none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

// Sticky patterns of RFC 8259: a token at the cursor, or nothing.
const tokens = {
  space: /[ \t\n\r]*/y,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
  word: /true|false|null/y,
  escape: /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y,
};

/** What ends a run of plain characters in a string: a search, because a run may be as long as an image. */
const special = /["\\\u0000-\u001f]/g;

/** Finds where a text stops being JSON; `null` when it is JSON. For error messages only: V8's own do not always say. */
export function findJsonFault(text: string): JsonFault | null {
  const position = new JsonScanner(text).faultPosition();
  if (position === null) return null;
  const before = text.slice(0, position);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { position, line: before.split('\n').length, column: position - lineStart + 1 };
}

/** A pushdown automaton over the text: a stack of open brackets instead of recursion. */
class JsonScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  faultPosition(): number | null {
    const open: string[] = [];
    for (;;) {
      if (!this.#openings(open)) return this.#at;
      for (;;) {
        this.#take(tokens.space);
        const closer = closers.get(open.at(-1) ?? '');
        if (closer === undefined) return this.#at === this.#text.length ? null : this.#at;
        if (this.#character(closer)) {
          open.pop();
          continue;
        }
        if (!this.#character(',')) return this.#at;
        if (closer === '}' && !this.#key()) return this.#at;
        break;
      }
    }
  }

  /** Reads brackets down to a scalar or an empty bracket, which it leaves to be closed. */
  #openings(open: string[]): boolean {
    for (;;) {
      this.#take(tokens.space);
      if (this.#character('[')) {
        open.push('[');
        this.#take(tokens.space);
        if (this.#text[this.#at] === ']') return true;
      } else if (this.#character('{')) {
        open.push('{');
        this.#take(tokens.space);
        if (this.#text[this.#at] === '}') return true;
        if (!this.#key()) return false;
      } else return this.#scalar();
    }
  }

  #key(): boolean {
    this.#take(tokens.space);
    if (!this.#string()) return false;
    this.#take(tokens.space);
    return this.#character(':');
  }

  #scalar(): boolean {
    return this.#text[this.#at] === '"' ? this.#string() : this.#take(tokens.word) || this.#take(tokens.number);
  }

  #string(): boolean {
    if (!this.#character('"')) return false;
    do {
      special.lastIndex = this.#at;
      this.#at = special.exec(this.#text)?.index ?? this.#text.length;
    } while (this.#take(tokens.escape));
    return this.#character('"');
  }

  #character(expected: string): boolean {
    if (this.#text[this.#at] !== expected) return false;
    this.#at += 1;
    return true;
  }

  /** True when the pattern took at least one character. */
  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.#at += length;
    return length > 0;
  }
}
