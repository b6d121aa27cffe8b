import { readAmount } from './guide-amount.ts';
import type { GuideSection, GuideStatement, GuideWord } from './guide-source.ts';
import { readNames, splitSpan, type TextSpan } from './guide-text.ts';

type Role = 'task' | 'models' | 'amount' | 'reason' | 'chain';

const roleNames: Readonly<Record<Role, readonly string[]>> = Object.freeze({
  task: ['task', 'tasks', 'kind', 'for', 'scope'],
  models: ['model', 'models', 'pick', 'picks', 'use', 'provider'],
  amount: ['ceiling', 'at most', 'max', 'max cost', 'cost', 'per request', 'limit'],
  reason: ['reason', 'why', 'note', 'notes', 'comment', 'because'],
  chain: ['chain', 'chains', 'order'],
});

/** The columns that a table of a section must have. */
const needed: Readonly<Record<GuideSection, readonly Role[]>> = Object.freeze({
  preferred: ['models'],
  blocked: ['models'],
  tasks: ['task', 'models'],
  chains: ['chain'],
  ceilings: ['amount'],
});

/** Columns that it may have beside them. */
const optional: Readonly<Record<GuideSection, readonly Role[]>> = Object.freeze({
  preferred: ['reason'],
  blocked: ['reason'],
  tasks: ['reason', 'amount'],
  chains: ['reason'],
  ceilings: ['task', 'reason'],
});

interface RowRead {
  readonly statements: readonly GuideStatement[];
  readonly faults: readonly { readonly word: GuideWord; readonly message: string }[];
}

/** Reads the rows of one table by the titles of its columns. */
export class TableReader {
  readonly #section: GuideSection;
  #roles: readonly (Role | null)[] = [];
  #isUsable = false;

  constructor(section: GuideSection) {
    this.#section = section;
  }

  /** Reads the titles, and says which are not known or missing. */
  readHeader(cells: readonly TextSpan[]): readonly { readonly cell: TextSpan; readonly message: string }[] {
    const allowed = [...needed[this.#section], ...optional[this.#section]];
    const titles = allowed.map((role) => roleNames[role][0] ?? role).join(', ');
    this.#roles = cells.map(({ text }) => allowed.find((role) => roleNames[role].includes(plainTitle(text))) ?? null);
    const faults = cells
      .filter((_cell, index) => this.#roles[index] === null)
      .map((cell) => ({ cell, message: `is not a column of this table; known are ${titles}.` }));
    const missing = needed[this.#section].filter((role) => !this.#roles.includes(role));
    this.#isUsable = missing.length === 0;
    const [first] = cells;
    if (first === undefined || this.#isUsable) return faults;
    const words = missing.map((role) => `"${roleNames[role][0] ?? role}"`).join(' and ');
    return [...faults, { cell: first, message: `begins a table that has no column ${words}.` }];
  }

  readRow(cells: readonly TextSpan[], placeOf: (column: number) => string): RowRead {
    if (!this.#isUsable) return { statements: [], faults: [] };
    const cellOf = (role: Role) => {
      const cell = cells[this.#roles.indexOf(role)];
      return this.#roles.includes(role) && cell !== undefined && cell.text !== '' ? cell : null;
    };
    const wordOf = (cell: TextSpan): GuideWord => ({
      text: cell.text.replace(/^(`|\*\*)(.*)\1$/, '$2'),
      place: placeOf(cell.column),
    });
    const start = placeOf(cells[0]?.column ?? 1);
    const empty = (what: string) => ({
      statements: [],
      faults: [{ word: { text: '', place: start }, message: `the row has no ${what}.` }],
    });
    const [task, models, chain, amount] = [cellOf('task'), cellOf('models'), cellOf('chain'), cellOf('amount')];
    switch (this.#section) {
      case 'preferred':
      case 'blocked': {
        if (models === null) return empty('model');
        const { names, faults } = readNames(models, placeOf);
        const reason = cellOf('reason')?.text ?? null;
        return {
          statements: [
            { type: this.#section, models: names.map((name) => ({ ...name, reason: name.reason ?? reason })) },
          ],
          faults,
        };
      }
      case 'tasks': {
        if (task === null || models === null) return empty(task === null ? 'task' : 'models');
        const { names, faults } = readNames(models, placeOf);
        const picks: GuideStatement = { type: 'task', task: wordOf(task), models: names };
        if (amount === null) return { statements: [picks], faults };
        const read = readAmount(amount, placeOf);
        if (read === null) return { statements: [picks], faults: [...faults, noAmount(wordOf(amount))] };
        return { statements: [picks, { type: 'ceiling', task: wordOf(task), amount: read.amount }], faults };
      }
      case 'chains': {
        if (chain === null) return empty('chain');
        const read = splitSpan(chain, /(?:->|=>|\u2192|>)/gu).map((part) => readNames(part, placeOf));
        const statement = { type: 'chain', models: read.flatMap(({ names }) => names), place: start } as const;
        return { statements: [statement], faults: read.flatMap(({ faults }) => faults) };
      }
      case 'ceilings': {
        if (amount === null) return empty('ceiling');
        const scope = task === null ? amount : { text: `${task.text}: ${amount.text}`, column: task.column };
        const read = readAmount(scope, placeOf);
        if (read === null) return { statements: [], faults: [noAmount(wordOf(amount))] };
        return {
          statements: [
            { type: 'ceiling', task: read.task, amount: { text: read.amount.text, place: placeOf(amount.column) } },
          ],
          faults: [],
        };
      }
    }
  }
}

function noAmount(word: GuideWord): { readonly word: GuideWord; readonly message: string } {
  return { word, message: 'is no amount: write US dollars such as $0.05.' };
}

function plainTitle(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[*_`]/g, '')
    .replace(/\s*\(.*\)$/, '')
    .trim();
}
