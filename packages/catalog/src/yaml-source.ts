import { readFile, stat } from 'node:fs/promises';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type YAMLError,
} from 'yaml';

/** One thing that is wrong with a file. */
export interface SourceProblem {
  /** The key it concerns, e.g. `override.openai/gpt-5.prices[0]`; empty for the file as a whole. */
  readonly path: string;
  /** `file:line:column`. */
  readonly place: string;
  readonly message: string;
}

/** A YAML or JSON file that was read. */
export interface YamlSource {
  /** What it holds; `undefined` when it could not be read, and then `problems` says why. */
  readonly value: unknown;
  readonly problems: readonly SourceProblem[];
  /** Where a key or item stands, or what it would stand in, as `file:line:column`. */
  place(path: readonly PropertyKey[]): string;
}

/** Far above any overlay, far below what takes noticeable time. */
const largestBytes = 4_194_304;

/** How often the aliases of a file may be expanded in all: an overlay shares a price or two, a bomb multiplies. */
const largestAliasCount = 200;

function unreadable(file: string, message: string): YamlSource {
  return { value: undefined, problems: [{ path: '', place: file, message }], place: () => file };
}

/** The node to show for a path: the key of a map, the item of a list, else what comes nearest above. */
function nodeAt(document: Document, path: readonly PropertyKey[]): unknown {
  let node: unknown = document.contents;
  let shown: unknown = node;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return shown;
      shown = pair.key;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      shown = node;
    } else {
      return shown;
    }
  }
  return shown;
}

/** Where the first alias stands, as an offset, to say where an expansion went wrong. */
function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    offset = node.range?.[0] ?? 0;
    return visit.BREAK;
  });
  return offset;
}

/** A fault in words for people who do not know the parser. */
function faultText(fault: YAMLError): string {
  return fault.code === 'MULTIPLE_DOCS' ? 'holds more than one document: keep one.' : `is not valid: ${fault.message}`;
}

/**
 * Parses YAML (of which JSON is a part). Unknown tags, duplicate keys, several documents and alias bombs are problems
 * with line and column.
 */
export function parseYamlSource(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const place = (path: readonly PropertyKey[]) => {
      const node = nodeAt(document, path);
      return isNode(node) && node.range ? at(node.range[0]) : file;
    };
    // An unknown tag is only a warning to the parser; here it is a value that means something else.
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      const problems = faults.map((fault) => ({
        path: '',
        place: at(fault.pos[0]),
        message: faultText(fault),
      }));
      return { value: undefined, problems, place };
    }
    try {
      return { value: document.toJS({ maxAliasCount: largestAliasCount }), problems: [], place };
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      const message = `aliases cannot be expanded (${cause.message}): write the values out.`;
      return { value: undefined, problems: [{ path: '', place: at(firstAlias(document)), message }], place };
    }
  } catch (cause) {
    if (cause instanceof RangeError) return unreadable(file, 'is nested too deeply.');
    throw cause;
  }
}

/** Reads a file from disk; see {@link parseYamlSource}. `modified` is the day it was last changed, `YYYY-MM-DD`. */
export async function readYamlSource(file: string): Promise<YamlSource & { readonly modified: string }> {
  try {
    const { size, mtime } = await stat(file);
    const modified = mtime.toISOString().slice(0, 10);
    if (size > largestBytes) return { ...unreadable(file, `is larger than ${largestBytes} bytes.`), modified };
    return { ...parseYamlSource(await readFile(file, 'utf8'), file), modified };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = code === 'ENOENT' ? 'there is no such file.' : `the file cannot be read (${code}).`;
    return { ...unreadable(file, message), modified: '' };
  }
}
