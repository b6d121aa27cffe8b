import { formatModelRef, taskKinds, type TaskKind } from '@lattice-lock/contract';
import { nearestNames } from '../edit-distance.ts';
import type { SourceProblem } from '../yaml-source.ts';
import { dollarsOf } from './guide-amount.ts';
import type { GuideNames, LookedUp } from './guide-names.ts';
import type { GuideName, GuideStatement, GuideWord } from './guide-source.ts';
import type { GuideCeiling, GuideChain, GuideModels, GuidePicks, GuideStep, ModelGuide } from './model-guide.ts';
import { ModelPatternSet, modelSpellings } from './model-pattern.ts';

type Found = Exclude<LookedUp, { readonly problem: string }>;

/** Makes a guide of what was read, and collects everything that is wrong with it. */
export class GuideBuilder {
  readonly problems: SourceProblem[] = [];
  readonly #names: GuideNames;
  readonly #blocked: GuideModels[] = [];
  readonly #preferred: Found[] = [];
  readonly #tasks = new Map<TaskKind, GuidePicks>();
  readonly #chains: GuideChain[] = [];
  readonly #ceilings = new Map<TaskKind | null, GuideCeiling>();
  /** What must not be blocked as well: names that stand for themselves and not for what a glob happens to match. */
  readonly #wanted: Found[] = [];

  constructor(names: GuideNames) {
    this.#names = names;
  }

  add(statement: GuideStatement): void {
    switch (statement.type) {
      case 'blocked':
        this.#blocked.push(...this.#find(statement.models).map(({ models }) => withBareName(models)));
        return;
      case 'preferred':
        this.#preferred.push(...this.#want(statement.models));
        return;
      case 'task':
        return this.#addPicks(statement.task, statement.models);
      case 'chain':
        return this.#addChain(statement.models, statement.place);
      case 'ceiling':
        return this.#addCeiling(statement.task, statement.amount);
    }
  }

  build(file: string): ModelGuide {
    this.#checkBlocked();
    return {
      file,
      blocked: this.#blocked,
      preferred: this.#preferred.map(({ models }) => models),
      tasks: [...this.#tasks.values()],
      chains: this.#chains,
      ceilings: [...this.#ceilings.values()],
    };
  }

  #report({ text, place }: GuideWord, message: string): void {
    this.problems.push({ path: text, place, message });
  }

  #find(names: readonly GuideName[]): readonly Found[] {
    return names.flatMap((name): readonly Found[] => {
      const found = this.#names.find(name);
      if (!('problem' in found)) return [found];
      this.#report(name, found.problem);
      return [];
    });
  }

  #want(names: readonly GuideName[]): readonly Found[] {
    const found = this.#find(names);
    this.#wanted.push(...found);
    return found;
  }

  #addPicks(word: GuideWord, names: readonly GuideName[]): void {
    const task = this.#taskOf(word);
    const models = this.#want(names).map((one) => one.models);
    if (names.length === 0) this.#report(word, 'has no models: name at least one.');
    if (task === null) return;
    const known = this.#tasks.get(task);
    if (known !== undefined) return this.#report(word, `has its models already (${known.place}): keep one of them.`);
    this.#tasks.set(task, { task, models, place: word.place });
  }

  #taskOf(word: GuideWord): TaskKind | null {
    const wanted = word.text.trim().toLowerCase();
    const task = taskKinds.find((kind) => kind === wanted);
    if (task !== undefined) return task;
    const candidates = taskKinds.map((name) => ({ name, spellings: [name] }));
    const [near] = nearestNames(wanted, candidates, 1);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    this.#report(word, `is not a kind of task; these are ${taskKinds.join(', ')}.${hint}`);
    return null;
  }

  #addChain(names: readonly GuideName[], place: string): void {
    const found = this.#want(names);
    const [head, ...next] = found;
    if (names.length < 2) {
      this.#report({ text: names[0]?.text ?? '', place }, 'is no chain: write "provider/model -> provider/model".');
    }
    if (head === undefined || found.length < names.length) return;
    const steps = next.flatMap((one) => this.#step(one));
    const same = this.#chains.find((one) => one.head.patterns.join() === head.models.patterns.join());
    if (same !== undefined)
      return this.#report(head.models, `begins a chain already (${same.place}): keep one of them.`);
    this.#chains.push({ head: head.models, next: steps, place });
  }

  #step({ models, isGlob, refs }: Found): readonly GuideStep[] {
    const [ref, ...others] = refs;
    if (isGlob) {
      this.#report(models, 'cannot follow in a chain: only the first model of a chain may be a glob.');
    } else if (others.length > 0) {
      const names = refs.slice(0, 3).map(formatModelRef).join(' or ');
      this.#report(models, `means ${refs.length} models: write one of them in full, such as ${names}.`);
    } else if (ref !== undefined) {
      return [{ ...models, model: { provider: ref.provider, model: ref.model } }];
    }
    return [];
  }

  #addCeiling(word: GuideWord | null, amount: GuideWord): void {
    const task = word === null ? null : this.#taskOf(word);
    const maxCostUsd = dollarsOf(amount.text);
    if (maxCostUsd === undefined)
      this.#report(amount, 'is no amount in US dollars, such as 0.05 (at most nine decimals).');
    if ((word !== null && task === null) || maxCostUsd === undefined) return;
    const known = this.#ceilings.get(task);
    const scope = task ?? 'every request';
    if (known !== undefined)
      return this.#report(word ?? amount, `sets the ceiling of ${scope} again (${known.place}): keep one of them.`);
    this.#ceilings.set(task, { task, maxCostUsd, text: amount.text, place: (word ?? amount).place });
  }

  /** A model that is named for something and blocked is a contradiction; one among those a glob means is an exception. */
  #checkBlocked(): void {
    const sets = this.#blocked.map((blocked) => ({ blocked, set: new ModelPatternSet(blocked.patterns) }));
    for (const { models, means } of this.#wanted) {
      for (const { blocked, set } of sets) {
        const isWholly = means.length > 0 && means.every((model) => set.has(modelSpellings(model)));
        if (isWholly) this.#report(models, `is blocked by "${blocked.text}" (${blocked.place}): take one of them out.`);
      }
    }
  }
}

/** A bare id blocks what has it at providers that the catalog does not know, too. */
function withBareName(models: GuideModels): GuideModels {
  if (models.text.includes('/')) return models;
  return { ...models, patterns: [...new Set([...models.patterns, models.text.toLowerCase()])] };
}
