import type { JsonValue } from '@lattice-lock/contract';
import type { PathKey } from './json-path.ts';

interface OpenContainer {
  readonly key: PathKey;
  readonly isList: boolean;
  count: number;
}

/** A value of a leaf, or a piece of its text. */
export interface Leaf {
  readonly keys: readonly PathKey[];
  readonly value: JsonValue;
  /** True for a text of which more will come. */
  readonly isOpen: boolean;
}

/**
 * Writes an object as JSON text while its leaves arrive in the order of the document, so that arguments can be passed on
 * as they come. A leaf out of that order cannot be written any more; the writer then falls silent.
 */
export class ArgumentWriter {
  readonly #open: OpenContainer[] = [{ key: '', isList: false, count: 0 }];
  readonly #written = new Set<string>();
  #openText: string | null = null;
  #isBroken = false;
  #hasBegun = false;

  /** True when everything could be written. */
  get isWhole(): boolean {
    return !this.#isBroken;
  }

  /** Gives up: what follows is not written. */
  abandon(): void {
    this.#isBroken = true;
  }

  /** The text that a leaf adds; empty once the writer has fallen silent. */
  write({ keys, value, isOpen }: Leaf): string {
    const place = JSON.stringify(keys);
    const begin = this.#hasBegun ? '' : '{';
    this.#hasBegun = true;
    if (this.#openText === place && typeof value === 'string') {
      if (!isOpen) this.#openText = null;
      return escaped(value) + (isOpen ? '' : '"');
    }
    const head = begin + this.#moveTo(keys, place);
    if (this.#isBroken) return '';
    if (typeof value !== 'string') return head + JSON.stringify(value);
    if (isOpen) this.#openText = place;
    return `${head}"${escaped(value)}${isOpen ? '' : '"'}`;
  }

  /** The text that ends the object. */
  end(): string {
    if (this.#isBroken) return '';
    if (!this.#hasBegun) return '{}';
    return this.#closeText() + this.#closeTo(0);
  }

  /** Leaves the containers that the path does not share, enters those that it adds, and names the leaf. */
  #moveTo(keys: readonly PathKey[], place: string): string {
    let text = this.#closeText();
    let depth = 0;
    while (depth < keys.length - 1 && this.#open[depth + 1]?.key === keys[depth]) depth += 1;
    text += this.#closeTo(depth + 1);
    for (; depth < keys.length - 1; depth += 1) {
      const isList = typeof keys[depth + 1] === 'number';
      text += this.#name(keys[depth] ?? '', JSON.stringify(keys.slice(0, depth + 1))) + (isList ? '[' : '{');
      this.#open.push({ key: keys[depth] ?? '', isList, count: 0 });
    }
    return text + this.#name(keys.at(-1) ?? '', place);
  }

  /** The comma and the name before a value of the innermost container. */
  #name(key: PathKey, place: string): string {
    const container = this.#open.at(-1);
    const isNext = container?.isList === true ? key === container.count : typeof key === 'string';
    if (container === undefined || !isNext || this.#written.has(place)) {
      this.#isBroken = true;
      return '';
    }
    this.#written.add(place);
    container.count += 1;
    return (container.count > 1 ? ',' : '') + (container.isList ? '' : `${JSON.stringify(key)}:`);
  }

  #closeText(): string {
    if (this.#openText === null) return '';
    this.#openText = null;
    return '"';
  }

  #closeTo(depth: number): string {
    let text = '';
    while (this.#open.length > depth) text += this.#open.pop()?.isList === true ? ']' : '}';
    return text;
  }
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
