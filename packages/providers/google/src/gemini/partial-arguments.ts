import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import { itemsOf, objectOf, textOf } from './json-fields.ts';

type Key = string | number;
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

  /** Takes the `partialArgs` of a chunk. A piece whose path is none of this form is passed over. */
  add(pieces: JsonValue | undefined): void {
    for (const piece of itemsOf(pieces)) this.#addPiece(objectOf(piece));
  }

  /** Takes arguments that came whole beside the pieces. */
  merge(whole: JsonObject): void {
    for (const [name, value] of Object.entries(whole)) if (value !== undefined) this.#root.set(name, value);
  }

  /** What has arrived, as JSON. */
  toText(): string {
    return JSON.stringify(plain(this.#root));
  }

  #addPiece(piece: JsonObject): void {
    const path = textOf(piece['jsonPath']);
    const keys = parsePath(path);
    const last = keys?.at(-1);
    if (keys === null || last === undefined) return;
    const container = this.#containerAt(keys.slice(0, -1), keys);
    if (container === null) return;
    const text = piece['stringValue'];
    const before = this.#open.has(path) ? readNode(container, last) : undefined;
    const value =
      typeof text === 'string' && typeof before === 'string' ? before + text : (valueOf(piece) ?? before ?? '');
    writeNode(container, last, 'nullValue' in piece ? null : value);
    if (piece['willContinue'] === true) this.#open.add(path);
    else this.#open.delete(path);
  }

  /** Walks to a container and makes what is missing on the way: a list where the next key is an index. */
  #containerAt(path: readonly Key[], keys: readonly Key[]): Container | null {
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

function readNode(container: Container, key: Key): Node | undefined {
  if (container instanceof Map) return container.get(String(key));
  return typeof key === 'number' ? container[key] : undefined;
}

/** The longest list that a path may make: an index comes from the wire and must not fill the memory. */
const maxListLength = 100_000;

function writeNode(container: Container, key: Key, node: Node): void {
  if (container instanceof Map) container.set(String(key), node);
  else if (typeof key === 'number' && key < maxListLength) container[key] = node;
}

function plain(node: Node | undefined): unknown {
  if (node instanceof Map) return Object.fromEntries([...node].map(([name, value]) => [name, plain(value)]));
  if (Array.isArray(node)) return Array.from(node as readonly Node[], (item: Node | undefined) => plain(item) ?? null);
  return node;
}

const segment = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** The names and indexes of a path such as `$.places[0]['a b']`; `null` when it is not of this form. */
function parsePath(path: string): readonly Key[] | null {
  if (!path.startsWith('$')) return null;
  const keys: Key[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (match === null) return null;
    const [, name, index, single, double] = match;
    keys.push(index === undefined ? (name ?? unescaped(single ?? double ?? '')) : Number(index));
  }
  return keys;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
