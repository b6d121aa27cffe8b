import { nearestNames } from '../edit-distance.ts';
import type { SourceProblem } from '../yaml-source.ts';
import { readAmount } from './guide-amount.ts';
import {
  sectionNames,
  sectionOf,
  type GuideName,
  type GuideSection,
  type GuideSource,
  type GuideStatement,
  type GuideWord,
} from './guide-source.ts';
import { TableReader } from './guide-table.ts';
import { readNames, splitSpan, trimSpan, type TextSpan } from './guide-text.ts';
import { readMarkdownLines, type MarkdownLine } from './markdown-lines.ts';

/** Reads what a guide in Markdown says; `isModel` tells names of models from other words. */
export function readMarkdownGuide(text: string, file: string, isModel: (word: string) => boolean): GuideSource {
  const reader = new MarkdownGuideReader(file, isModel);
  for (const line of readMarkdownLines(text)) reader.read(line);
  reader.finish();
  return { statements: reader.statements, problems: reader.problems };
}

/** A section that is no section of a guide: text about something else. */
interface OtherSection {
  readonly name: string;
  readonly place: string;
}

interface OpenTask {
  readonly task: GuideWord;
  readonly models: GuideName[];
  /** How far the bullet that named the task is indented; -1 for a heading. */
  readonly indent: number;
}

class MarkdownGuideReader {
  readonly statements: GuideStatement[] = [];
  readonly problems: SourceProblem[] = [];
  readonly #file: string;
  readonly #isModel: (word: string) => boolean;
  #section: GuideSection | null = null;
  #sectionLevel = 0;
  #other: OtherSection | null = null;
  #task: OpenTask | null = null;
  #table: TableReader | null = null;

  constructor(file: string, isModel: (word: string) => boolean) {
    this.#file = file;
    this.#isModel = isModel;
  }

  read(line: MarkdownLine): void {
    if (line.type !== 'row') this.#table = null;
    switch (line.type) {
      case 'heading':
        return this.#heading(line.level, line.title, line.line);
      case 'bullet':
        return this.#bullet(line.item, line.indent, line.line);
      case 'row':
        return this.#row(line);
      case 'fence':
        if (this.#section !== null)
          this.#report(line.line, line.item, 'begins a code block, which is not read: write bullets or a table.');
        return;
      case 'unclosed':
        return this.#report(
          line.line,
          line.item,
          `begins a ${line.what} that is not closed: nothing below it is read.`,
        );
      case 'text':
        return this.#text(line.item, line.line);
    }
  }

  finish(): void {
    this.#closeTask();
  }

  #place(line: number, column: number): string {
    return `${this.#file}:${line}:${column}`;
  }

  #word({ text, column }: TextSpan, line: number): GuideWord {
    return { text, place: this.#place(line, column) };
  }

  #report(line: number, { text, column }: TextSpan, message: string): void {
    this.problems.push({ path: text, place: this.#place(line, column), message });
  }

  #heading(level: number, title: TextSpan, line: number): void {
    const isPart = this.#section === 'tasks' && level > this.#sectionLevel;
    this.#closeTask();
    const section = sectionOf(title.text);
    if (section === undefined && isPart) {
      this.#task = { task: this.#word(title, line), models: [], indent: -1 };
      return;
    }
    this.#section = section ?? null;
    this.#sectionLevel = level;
    this.#other = section === undefined ? { name: title.text, place: this.#place(line, title.column) } : null;
    if (section === undefined) this.#checkHeading(title, line);
  }

  /** A section whose name is spelt wrongly would be left out: what it blocks would be open. */
  #checkHeading(title: TextSpan, line: number): void {
    const known = Object.values(sectionNames).flat();
    const candidates = known.map((name) => ({ name, spellings: [name] }));
    const [near] = nearestNames(title.text, candidates, 1);
    const isClose = near !== undefined && Math.abs(near.length - title.text.length) <= 2;
    if (!isClose || near === undefined) return;
    const sure =
      nearestNames(title.text, [{ name: near, spellings: [near] }], 1).length > 0 && sharesStart(near, title.text);
    if (sure) this.#report(line, title, `is not a section: did you mean "${near}"?`);
  }

  #bullet(item: TextSpan, indent: number, line: number): void {
    const section = this.#section;
    if (section === null) return this.#outside(item, line);
    const place = (column: number) => this.#place(line, column);
    switch (section) {
      case 'preferred':
      case 'blocked':
        this.statements.push({ type: section, models: this.#names(item, line) });
        return;
      case 'tasks':
        return this.#taskBullet(item, indent, line);
      case 'chains':
        return this.#chain(item, line);
      case 'ceilings': {
        const amount = readAmount(item, place);
        if (amount === null)
          return this.#report(line, item, 'is no ceiling: write "at most $0.05 per request" or "code: $0.20".');
        this.statements.push({ type: 'ceiling', ...amount });
      }
    }
  }

  #taskBullet(item: TextSpan, indent: number, line: number): void {
    const open = this.#task;
    if (open !== null && indent > open.indent) {
      open.models.push(...this.#names(item, line));
      return;
    }
    this.#closeTask();
    const [, name = '', gap = ''] = /^([^:`]*?)(\s*:\s*)/.exec(item.text) ?? [];
    if (gap === '') return this.#report(line, item, 'names no task: write "code: provider/model, provider/model".');
    const bare = name.replace(/^(\*\*|__)(.*?)(\*\*|__)?$/, '$2');
    const task = this.#word({ text: bare, column: item.column + item.text.indexOf(bare) }, line);
    const from = name.length + gap.length;
    const rest = trimSpan({ text: item.text.slice(from), column: item.column + from });
    this.#task = { task, models: rest.text === '' ? [] : [...this.#names(rest, line)], indent };
  }

  #closeTask(): void {
    if (this.#task !== null) this.statements.push({ type: 'task', task: this.#task.task, models: this.#task.models });
    this.#task = null;
  }

  #chain(item: TextSpan, line: number): void {
    const parts = splitSpan(item, /(?:->|=>|\u2192|>)/gu);
    const models = parts.flatMap((part) => this.#names(part, line));
    this.statements.push({ type: 'chain', models, place: this.#place(line, item.column) });
  }

  #row(row: MarkdownLine & { readonly type: 'row' }): void {
    const { cells, line } = row;
    const [first] = cells;
    if (first === undefined) return;
    if (this.#section === null) return this.#outside(first, line);
    if (this.#table === null) {
      this.#closeTask();
      this.#table = new TableReader(this.#section);
      for (const { cell, message } of this.#table.readHeader(cells)) this.#report(line, cell, message);
      return;
    }
    if (row.isRule) return;
    const read = this.#table.readRow(cells, (column) => this.#place(line, column));
    this.statements.push(...read.statements);
    for (const { word, message } of read.faults) this.problems.push({ path: word.text, place: word.place, message });
  }

  #names(span: TextSpan, line: number): readonly GuideName[] {
    const { names, faults } = readNames(span, (column) => this.#place(line, column));
    for (const { word, message } of faults) this.problems.push({ path: word.text, place: word.place, message });
    return names;
  }

  /** Lists of other sections are their own affair, unless they name models: then someone expects them to be read. */
  #outside(item: TextSpan, line: number): void {
    if (!this.#namesModel(item.text)) return;
    const where = this.#other === null ? 'stands above every section' : `stands in "${this.#other.name}"`;
    this.#report(
      line,
      item,
      `names a model, but ${where}: put it below Preferred, Blocked, Tasks, Chains or Ceilings.`,
    );
  }

  #text(item: TextSpan, line: number): void {
    if (this.#section === null) return;
    const counts = this.#section === 'ceilings' ? /\$\s?\d|\d\s?USD/.test(item.text) : this.#namesModel(item.text);
    if (counts) this.#report(line, item, 'is not read: write what counts as a bullet ("- ...") or a row of a table.');
  }

  #namesModel(text: string): boolean {
    return text.split(/[\s,;`()[\]|]+/).some((word) => this.#isModel(word.replace(/[.:*_]+$/, '')));
  }
}

function sharesStart(left: string, right: string): boolean {
  return left[0]?.toLowerCase() === right[0]?.toLowerCase();
}
