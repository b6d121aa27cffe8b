import { readFile, stat } from 'node:fs/promises';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Document,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { createTree, joinPath, type ConfigLayer, type ConfigTree } from './config-tree.ts';
import { substituteVariables } from './substitute-variables.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Far above any configuration, far below what takes noticeable time. */
const limits = { bytes: 1_048_576, nodes: 20_000, depth: 40 } as const;

/**
 * What a key without a value means: a setting that is not set; below `providers`, a provider without settings; in the
 * free options of a provider, null itself.
 */
function emptyValue(parent: string): unknown {
  if (parent === 'providers') return createTree();
  return /^providers\.[^.]+\.options/.test(parent) ? null : undefined;
}

/** Turns the nodes of a document into values, remembers where each stands, and collects what is not allowed. */
class DocumentReader {
  readonly layer: ConfigLayer = { tree: createTree(), origins: new Map(), problems: [] };
  readonly #document: Document;
  readonly #place: (node: unknown) => string;
  readonly #variables: Variables;
  #nodes = 0;
  #overflowed = false;

  constructor(document: Document, place: (node: unknown) => string, variables: Variables) {
    this.#document = document;
    this.#place = place;
    this.#variables = variables;
  }

  read(): ConfigLayer {
    const root = this.#document.contents;
    if (root === null || (isScalar(root) && root.value === null)) return this.layer;
    if (!isMap(root)) {
      this.#report('', root, 'the file must hold a map of settings, such as "server:" with "port: 8787" below it.');
      return this.layer;
    }
    Object.assign(this.layer.tree, this.#map(root, '', 0));
    return this.layer;
  }

  #report(path: string, node: unknown, message: string): void {
    this.layer.problems.push({ path, place: this.#place(node), message });
  }

  #value(node: unknown, path: string, depth: number): unknown {
    this.#nodes += 1;
    if (depth > limits.depth || this.#nodes > limits.nodes) {
      if (!this.#overflowed)
        this.#report(path, node, 'is nested too deeply or repeats itself too often: write it out plainly.');
      this.#overflowed = true;
      return undefined;
    }
    if (isAlias(node)) return this.#alias(node, path, depth);
    if (isMap(node)) return this.#map(node, path, depth);
    if (isSeq(node)) return this.#list(node, path, depth);
    return isScalar(node) ? this.#scalar(node.value, node, path) : undefined;
  }

  #alias(node: Alias, path: string, depth: number): unknown {
    const target = node.resolve(this.#document);
    if (target === undefined) this.#report(path, node, `the anchor *${node.source} is not defined.`);
    return this.#value(target, path, depth + 1);
  }

  #map(node: YAMLMap, path: string, depth: number): ConfigTree {
    const tree = createTree();
    for (const { key, value } of node.items) {
      if (this.#overflowed) break;
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined || name === '__proto__') {
        this.#report(path, key, 'a key must be a plain name.');
        continue;
      }
      const at = joinPath(path, name);
      this.layer.origins.set(at, { source: 'file', place: this.#place(key) });
      const read = this.#value(value, at, depth + 1) ?? emptyValue(path);
      if (read !== undefined) tree[name] = read;
    }
    return tree;
  }

  #list(node: YAMLSeq, path: string, depth: number): unknown[] {
    return node.items.map((item, index) => {
      const at = joinPath(path, index);
      this.layer.origins.set(at, { source: 'file', place: this.#place(item) });
      return this.#overflowed ? undefined : this.#value(item, at, depth + 1);
    });
  }

  #scalar(value: unknown, node: unknown, path: string): unknown {
    if (typeof value !== 'string') return value;
    const { text, missing } = substituteVariables(value, this.#variables);
    for (const name of missing) {
      this.#report(path, node, `the environment variable ${name} is not set: set it, or write the value here.`);
    }
    // A value that is missing is reported once, not also as one of the wrong kind.
    return missing.length > 0 ? undefined : text;
  }
}

function failed(path: string, place: string, message: string): ConfigLayer {
  return { tree: createTree(), origins: new Map(), problems: [{ path, place, message }] };
}

/** A fault in words for people who do not know the parser. */
function faultText(fault: YAMLError): string {
  return fault.code === 'MULTIPLE_DOCS'
    ? 'holds more than one document: keep one.'
    : `is not valid YAML: ${fault.message}`;
}

/** Reads the text of a configuration file. Everything that is wrong is in `problems`, with line and column. */
function parseConfigFile(source: string, file: string, variables: Variables): ConfigLayer {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const place = (node: unknown) => {
    const range = (node as { readonly range?: readonly number[] | null } | null | undefined)?.range;
    return range?.[0] === undefined ? file : at(range[0]);
  };
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    // An unknown tag is only a warning to the parser; to a configuration it is a value that means something else.
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      const problems = faults.map((fault) => ({
        path: '',
        place: at(fault.pos[0]),
        message: faultText(fault),
      }));
      return { tree: createTree(), origins: new Map(), problems };
    }
    return new DocumentReader(document, place, variables).read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return failed('', file, 'is nested too deeply.');
  }
}

/** Reads a configuration file from disk; see {@link parseConfigFile}. */
export async function readConfigFile(file: string, variables: Variables): Promise<ConfigLayer> {
  try {
    const { size } = await stat(file);
    if (size > limits.bytes)
      return failed('', file, `is larger than ${limits.bytes} bytes, which no configuration is.`);
    return parseConfigFile(await readFile(file, 'utf8'), file, variables);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const reason = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
    return failed('configFile', file, `${reason}: give the path of a YAML file, or leave it out.`);
  }
}
