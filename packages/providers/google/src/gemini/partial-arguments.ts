import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { itemsOf, objectOf, textOf } from '@lattice-lock/provider-kit';
import { ArgumentWriter } from './argument-writer.ts';
import { parseJsonPath, type PathKey } from './json-path.ts';

type Container = Map<string, Node> | Node[];
type Node = Container | JsonValue;

/**
 * Arguments of a call that Vertex AI streams in pieces: each piece names its place by a JSON path (RFC 9535, names and
 * indexes only), and a string may come in several pieces.
 */
export class PartialArguments {
  readonly #root = new Map<string, Node>();
  /** Places whose string goes on in a later piece. */
  readonly #open = new Set<string>();
  readonly #writer = new ArgumentWriter();
  #text = '';

  /** Takes the `partialArgs` of a chunk and gives the JSON text they add. A piece without a readable path is passed over. */
  add(pieces: JsonValue | undefined): string {
    let text = '';
    for (const piece of itemsOf(pieces)) text += this.#addPiece(objectOf(piece));
    this.#text += text;
    return text;
  }

  /** Takes arguments that came whole beside the pieces. */
  merge(whole: JsonObject): void {
    this.#writer.abandon();
    for (const [name, value] of Object.entries(whole)) if (value !== undefined) this.#root.set(name, value);
  }

  /** The JSON text that is still missing at the end: the closing marks, or everything where nothing could be told before. */
  end(): string {
    const rest = this.#writer.end();
    if (this.#writer.isWhole) {
      this.#text += rest;
      return rest;
    }
    const told = this.#text;
    this.#text = JSON.stringify(plain(this.#root));
    return told === '' ? this.#text : '';
  }

  /** After {@link end}: the arguments as JSON. */
  get text(): string {
    return this.#text;
  }

  #addPiece(piece: JsonObject): string {
    const path = textOf(piece['jsonPath']);
    const keys = parseJsonPath(path);
    const last = keys?.at(-1);
    if (keys === null || last === undefined) return '';
    const container = this.#containerAt(keys.slice(0, -1), keys);
    if (container === null) return '';
    const value = 'nullValue' in piece ? null : (valueOf(piece) ?? '');
    const before = this.#open.has(path) ? readNode(container, last) : undefined;
    const isOpen = piece['willContinue'] === true && typeof value === 'string';
    writeNode(container, last, typeof value === 'string' && typeof before === 'string' ? before + value : value);
    if (isOpen) this.#open.add(path);
    else this.#open.delete(path);
    return this.#writer.write({ keys, value, isOpen });
  }

  /** Walks to a container and makes what is missing on the way: a list where the next key is an index. */
  #containerAt(path: readonly PathKey[], keys: readonly PathKey[]): Container | null {
    let container: Container = this.#root;
    for (const [place, key] of path.entries()) {
      let next = readNode(container, key);
      if (next === undefined) {
        next = typeof keys[place + 1] === 'number' ? [] : new Map<string, Node>();
        writeNode(container, key, next);
      }
      if (!isContainer(next)) return null;
      container = next;
    }
    return container;
  }
}

function valueOf(piece: JsonObject): JsonValue | undefined {
  return piece['stringValue'] ?? piece['numberValue'] ?? piece['boolValue'];
}

function isContainer(node: Node): node is Container {
  return node instanceof Map || Array.isArray(node);
}

function readNode(container: Container, key: PathKey): Node | undefined {
  if (container instanceof Map) return container.get(String(key));
  return typeof key === 'number' ? container[key] : undefined;
}

/** The longest list that a path may make: an index comes from the wire and must not fill the memory. */
const maxListLength = 100_000;

function writeNode(container: Container, key: PathKey, node: Node): void {
  if (container instanceof Map) container.set(String(key), node);
  else if (typeof key === 'number' && key < maxListLength) container[key] = node;
}

function plain(node: Node | undefined): unknown {
  if (node instanceof Map) return Object.fromEntries([...node].map(([name, value]) => [name, plain(value)]));
  if (Array.isArray(node)) return Array.from(node as readonly Node[], (item: Node | undefined) => plain(item) ?? null);
  return node;
}
