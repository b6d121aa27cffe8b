import { LatticeError, taskKinds, type TaskKind } from '@lattice-lock/contract';
import { readFile } from 'node:fs/promises';
import { CheckedYaml, type YamlFields, type YamlPath } from './checked-yaml.ts';
import {
  largestWeight,
  patternKinds,
  type PatternDefinition,
  type PatternDocument,
  type PatternKind,
  type StructureWeight,
} from './pattern-definition.ts';
import { phraseFault } from './phrase-syntax.ts';
import { parseStrictYaml } from './strict-yaml.ts';
import { structureFeatureNames } from './structure-features.ts';

/**
 * Reads a pattern file and checks it against the schema that `data/patterns.yaml` documents.
 *
 * @throws LatticeError `LATTICE_PATTERN` with every problem at once, each with file, line and column.
 */
export async function readPatternFile(file: string): Promise<PatternDocument> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'cannot be read';
    throw new LatticeError('LATTICE_PATTERN', `The pattern file ${file} cannot be read (${reason}): check its path.`, {
      cause,
    });
  }
  return parsePatternDocument(bytes, file);
}

/** As {@link readPatternFile}, from bytes that are there already. */
export function parsePatternDocument(bytes: Uint8Array, file: string): PatternDocument {
  const yaml = new CheckedYaml(parseStrictYaml(bytes, file));
  const document = new DocumentReader(yaml).read();
  if (yaml.issues.length > 0) {
    const list = yaml.issues.map((issue) => `${file}:${issue.path} ${issue.message}`).join('\n');
    throw new LatticeError('LATTICE_PATTERN', list, { issues: yaml.issues });
  }
  return document;
}

const rootKeys = ['version', 'prior', 'patterns', 'structure'];
const patternKeys = ['id', 'kind', 'weight', 'words', 'names', 'regex', 'flags'];
const structureKeys = ['id', 'kind', 'weight'];
const idPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const flagsPattern = /^[ims]{0,3}$/;

class DocumentReader {
  readonly #yaml: CheckedYaml;

  constructor(yaml: CheckedYaml) {
    this.#yaml = yaml;
  }

  read(): PatternDocument {
    const root = this.#yaml.fields(this.#yaml.value, [], rootKeys);
    if (root['version'] !== 1) this.#yaml.report(['version'], 'version must be 1');
    const patterns = this.#yaml
      .list(root['patterns'], ['patterns'])
      .map((one, index) => this.#pattern(one, ['patterns', index]));
    const structure = this.#yaml
      .list(root['structure'], ['structure'])
      .map((one, index) => this.#structure(one, ['structure', index]));
    this.#uniqueIds(patterns, 'patterns');
    this.#uniqueIds(structure, 'structure');
    return { prior: this.#prior(root['prior']), patterns, structure };
  }

  #prior(value: unknown): Partial<Record<TaskKind, number>> {
    if (value === undefined || value === null) return {};
    const fields = this.#yaml.fields(value, ['prior'], taskKinds);
    for (const [kind, weight] of Object.entries(fields)) this.#weight(weight, 'qa', ['prior', kind]);
    return fields as Partial<Record<TaskKind, number>>;
  }

  #structure(value: unknown, path: YamlPath): StructureWeight {
    const fields = this.#yaml.fields(value, path, structureKeys);
    const id = this.#id(fields['id'], path);
    if (!(structureFeatureNames as readonly string[]).includes(id)) {
      this.#yaml.report([...path, 'id'], `unknown feature "${id}": known are ${structureFeatureNames.join(', ')}`);
    }
    const kind = this.#kind(fields['kind'], path);
    return { id, kind, weight: this.#weight(fields['weight'], kind, [...path, 'weight']) };
  }

  #pattern(value: unknown, path: YamlPath): PatternDefinition {
    const fields = this.#yaml.fields(value, path, patternKeys);
    const id = this.#id(fields['id'], path);
    const kind = this.#kind(fields['kind'], path);
    const weight = this.#weight(fields['weight'], kind, [...path, 'weight']);
    const phrases = this.#phrases(fields['words'], id, path);
    const regex = this.#regex(fields, id, path);
    if ((phrases.length === 0) === (regex === null)) {
      this.#yaml.report(path, `pattern "${id}" must have either words or a regex`);
    }
    return { id, kind, weight, phrases, areNames: this.#areNames(fields['names'], id, path), regex };
  }

  #areNames(value: unknown, id: string, path: YamlPath): boolean {
    if (value === undefined || typeof value === 'boolean') return value === true;
    this.#yaml.report([...path, 'names'], `pattern "${id}": names must be true or false`);
    return false;
  }

  #id(value: unknown, path: YamlPath): string {
    if (typeof value === 'string' && idPattern.test(value)) return value;
    this.#yaml.report([...path, 'id'], 'id must be lower-case letters, digits and -, at most 64');
    return String(value);
  }

  #kind(value: unknown, path: YamlPath): PatternKind {
    const kind = patternKinds.find((one) => one === value);
    if (kind !== undefined) return kind;
    this.#yaml.report([...path, 'kind'], `kind must be one of ${patternKinds.join(', ')}`);
    return 'qa';
  }

  #weight(value: unknown, kind: PatternKind, path: YamlPath): number {
    const largest = largestWeight(kind);
    if (typeof value === 'number' && Math.abs(value) <= largest) return value;
    this.#yaml.report(path, `weight must be a number from -${largest} to ${largest}`);
    return 0;
  }

  /** Phrases as a list, or as lists by language. */
  #phrases(value: unknown, id: string, path: YamlPath): readonly string[] {
    if (value === undefined || value === null) return [];
    const lists: [YamlPath, unknown][] = Array.isArray(value)
      ? [[[...path, 'words'], value]]
      : Object.entries(value).map(([language, list]) => [[...path, 'words', language], list]);
    return lists.flatMap(([listPath, list]) =>
      this.#yaml.list(list, listPath).map((phrase, index) => {
        const fault = typeof phrase === 'string' ? phraseFault(phrase) : 'is not a text: put it in quotes';
        if (fault !== null)
          this.#yaml.report([...listPath, index], `pattern "${id}": phrase ${JSON.stringify(phrase)} ${fault}`);
        return String(phrase);
      }),
    );
  }

  #regex(fields: YamlFields, id: string, path: YamlPath): PatternDefinition['regex'] {
    const { regex: source, flags = 'i' } = fields;
    if (source === undefined || source === null) return null;
    if (typeof source !== 'string' || typeof flags !== 'string' || !flagsPattern.test(flags)) {
      this.#yaml.report([...path, 'regex'], `pattern "${id}": regex must be a text, flags some of i, m, s`);
      return null;
    }
    try {
      RegExp(source, `${flags}u`);
    } catch (cause) {
      this.#yaml.report([...path, 'regex'], `pattern "${id}": ${(cause as SyntaxError).message}`);
      return null;
    }
    return { source, flags: `${flags}u` };
  }

  #uniqueIds(list: readonly { readonly id: string }[], name: string): void {
    const seen = new Set<string>();
    list.forEach(({ id }, index) => {
      if (seen.has(id)) this.#yaml.report([name, index, 'id'], `id "${id}" occurs twice`);
      seen.add(id);
    });
  }
}
