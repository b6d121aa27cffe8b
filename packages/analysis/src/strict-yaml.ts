import { LatticeError, type Issue } from '@lattice-lock/contract';
import { isAlias, isNode, LineCounter, parseAllDocuments, visit, type Document, type ParsedNode } from 'yaml';

/** Largest pattern file, in bytes. */
const maxYamlBytes = 1024 * 1024;

/** A YAML document with the places of its values. */
export interface StrictYaml {
  readonly value: unknown;
  /** `line:column` of the value at a path, or of the nearest value around it. */
  placeOf(path: readonly (string | number)[]): string;
}

/**
 * Reads one YAML 1.2 document and refuses all that makes YAML a risk or a riddle: aliases (and with them alias bombs), tags
 * beyond the core schema, duplicate keys, keys that are no text, several documents, invalid UTF-8.
 *
 * @throws LatticeError `LATTICE_PATTERN` naming file, line and column.
 */
export function parseStrictYaml(bytes: Uint8Array, file: string): StrictYaml {
  if (bytes.byteLength > maxYamlBytes) {
    throw fault(file, '1:1', `is larger than ${maxYamlBytes} bytes`);
  }
  const text = decode(bytes, file);
  const lines = new LineCounter();
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const tooDeep = firstTooDeep(text);
  if (tooDeep !== -1) throw fault(file, lineAndColumn(text, tooDeep), nestedTooDeeply);
  const documents = parseDocuments(text, lines, file);
  const [document] = documents;
  if (document === undefined) return { value: null, placeOf: () => '1:1' };

  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw fault(file, placeAt(problem.pos[0]), problemText(problem.message));
  const second = documents[1];
  if (second !== undefined) {
    throw fault(file, placeAt(second.range[0]), 'holds several documents: keep one, without `---` between');
  }
  const offset = bounded(file, () => firstForbidden(document));
  if (offset !== null) throw fault(file, placeAt(offset), 'uses an anchor, alias or tag: write the value out');
  const value: unknown = bounded(file, () => document.toJS());
  return { value, placeOf: (path) => placeAt(offsetOf(document, path)) };
}

/** Open brackets at once: the parser takes time that grows with their square. Those in quoted texts count as well. */
const maxOpenBrackets = 1000;

/** Where a bracket too many opens; -1 for none. */
function firstTooDeep(text: string): number {
  let open = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === '[' || sign === '{') open += 1;
    else if (sign === ']' || sign === '}') open = Math.max(0, open - 1);
    if (open > maxOpenBrackets) return index;
  }
  return -1;
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The parser recurses into what is nested: a stack that ran out is a fault of the file, not of ours. */
function bounded<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new LatticeError('LATTICE_PATTERN', `${file}:1:1 ${nestedTooDeeply}.`, { cause });
  }
}

const nestedTooDeeply = 'is nested too deeply';

function problemText(message: string): string {
  const [first = message] = message.split('\n');
  return first.includes('call stack') ? nestedTooDeeply : first.replace(/[.:]+$/, '');
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LatticeError('LATTICE_PATTERN', `${file}:1:1 is not UTF-8: save it as UTF-8.`, { cause });
  }
}

function parseDocuments(text: string, lineCounter: LineCounter, file: string): readonly Document.Parsed[] {
  return bounded(file, () => [
    ...parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      strict: true,
      stringKeys: true,
      uniqueKeys: true,
      version: '1.2',
      logLevel: 'silent',
    }),
  ]);
}

/** Where the first anchor, alias or explicit tag stands; `null` when there is none. */
function firstForbidden(document: Document.Parsed): number | null {
  let offset: number | null = null;
  visit(document, {
    Node(_key, node) {
      const anchored = 'anchor' in node && node.anchor !== undefined;
      if (!isAlias(node) && !anchored && (!('tag' in node) || node.tag === undefined)) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return (document.contents as ParsedNode | null)?.range[0] ?? 0;
}

function fault(file: string, place: string, message: string): LatticeError {
  const issue: Issue = { path: place, message };
  return new LatticeError('LATTICE_PATTERN', `${file}:${place} ${message}.`, { issues: [issue] });
}
