import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LatticeError } from '@lattice-lock/contract';
import type { SourceProblem } from '../yaml-source.ts';
import { GuideBuilder } from './guide-builder.ts';
import { GuideNames, type GuideNameOptions } from './guide-names.ts';
import type { GuideSource } from './guide-source.ts';
import type { ModelGuide } from './model-guide.ts';

/** How a guide is written. */
export type GuideFormat = 'markdown' | 'yaml';

/** Far above any guide, far below what takes noticeable time. */
const largestBytes = 1_048_576;

/**
 * Reads a team's guide to its models: what is blocked and preferred, what to take for a kind of task, what follows a model
 * that fails, what a request may cost. Written in Markdown or YAML; the README has the grammar.
 */
export class ModelGuideParser {
  readonly #names: GuideNames;

  /** @param options Where names are looked up. */
  constructor(options: GuideNameOptions) {
    this.#names = new GuideNames(options);
  }

  /**
   * Reads a file; `.yaml`, `.yml` and `.json` are YAML, everything else is Markdown.
   *
   * @param shown The name by which the file is called in places; its base name unless given.
   * @throws LatticeError `LATTICE_CONFIG`; message and `issues` list every problem with line and column.
   */
  async parseFile(file: string, shown: string = path.basename(file)): Promise<ModelGuide> {
    let text: string;
    try {
      const { size } = await stat(file);
      if (size > largestBytes) throw guideError(shown, [problemOf(shown, `is larger than ${largestBytes} bytes.`)]);
      text = await readFile(file, 'utf8');
    } catch (cause) {
      if (LatticeError.isInstance(cause)) throw cause;
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      const message = code === 'ENOENT' ? 'there is no such file.' : `the file cannot be read (${code}).`;
      throw guideError(shown, [problemOf(file, message)]);
    }
    const isYaml = /\.(ya?ml|json)$/i.test(file);
    return this.parse(text, { file: shown, format: isYaml ? 'yaml' : 'markdown' });
  }

  /** Reads a text. @throws LatticeError `LATTICE_CONFIG`; message and `issues` list every problem with line and column. */
  async parse(text: string, options: { readonly file: string; readonly format: GuideFormat }): Promise<ModelGuide> {
    const { file, format } = options;
    const { statements, problems } = await this.#read(text, file, format);
    const builder = new GuideBuilder(this.#names);
    for (const statement of statements) builder.add(statement);
    const guide = builder.build(file);
    const found = [...problems, ...builder.problems];
    if (found.length > 0) throw guideError(file, [...found].sort(byPlace));
    return guide;
  }

  /** Either reader is imported when a guide of its kind comes: most who import the catalog have none. */
  async #read(text: string, file: string, format: GuideFormat): Promise<GuideSource> {
    if (format === 'yaml') return (await import('./yaml-guide.ts')).readYamlGuide(text, file);
    const { readMarkdownGuide } = await import('./markdown-guide.ts');
    return readMarkdownGuide(text, file, (word) => this.#names.isModel(word));
  }
}

function problemOf(place: string, message: string): SourceProblem {
  return { path: '', place, message };
}

function guideError(file: string, problems: readonly SourceProblem[]): LatticeError {
  const issues = problems.map(({ path: what, place, message }) => ({
    path: place,
    message: `${what === '' ? '' : `${JSON.stringify(what)} `}${message}`,
  }));
  const lines = issues.map((issue, index) => `  ${index + 1}. ${issue.path}: ${issue.message}`);
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new LatticeError('LATTICE_CONFIG', `The model guide ${file} has ${count}:\n${lines.join('\n')}`, { issues });
}

function byPlace(left: SourceProblem, right: SourceProblem): number {
  const [leftLine, leftColumn] = lineAndColumn(left.place);
  const [rightLine, rightColumn] = lineAndColumn(right.place);
  return leftLine - rightLine || leftColumn - rightColumn;
}

function lineAndColumn(place: string): readonly [number, number] {
  const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
  return [Number(line ?? 0), Number(column ?? 0)];
}
