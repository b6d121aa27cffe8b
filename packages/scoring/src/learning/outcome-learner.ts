import { systemClock, type Clock, type LearnedQuality, type Outcome, type TaskProfile } from '@lattice-lock/contract';
import { modelKey } from '../quality/model-key.ts';
import { difficultyBand, OutcomeCell, type CellRules, type Judgement } from './outcome-cell.ts';
import { describeEvidence, weightOfShare, type OutcomeEvidence } from './outcome-evidence.ts';

/** Options of an {@link OutcomeLearner}. */
export interface OutcomeLearnerOptions {
  /** After so long an outcome counts half, ms. Default 30 days. */
  readonly halfLifeMs?: number;
  /** So many outcomes of each key count for a model, kind and domain: the latest. Default 200. */
  readonly window?: number;
  /** The most that one key can be of a figure, 0 to 0.95: nobody alone moves it further. Default 0.4. */
  readonly maxKeyShare?: number;
  readonly clock?: Clock;
}

/** What of a profile outcomes are compared by. */
export type ComparedTask = Pick<TaskProfile, 'kind' | 'domain' | 'difficulty'>;

/** What is learned of models on tasks like one. */
export interface OutcomeCategory {
  /** @param model Its `modelKey`. */
  evidenceOf(model: string): OutcomeEvidence | undefined;
}

/** Where a judgement is kept. */
interface Place {
  readonly category: string;
  readonly model: string;
  readonly key: string;
  readonly cell: OutcomeCell;
  readonly judgement: Judgement;
}

const dayMs = 86_400_000;

/** Judgements kept at most, over all cells; the oldest go first, a tenth at a time. */
const maxJudgements = 100_000;

/** Figures are made anew after so long even where nothing new came: what is in them has aged. */
const agingMs = 3_600_000;

/**
 * Learns from own outcomes how good models are: for each model, kind of task and domain the latest judgements of each key,
 * shrunk to what is predicted without them. The same models at several providers are one. Takes outcomes in any order and
 * more than once; equal outcomes make equal figures.
 */
export class OutcomeLearner {
  readonly #rules: CellRules;
  readonly #clock: Clock;
  readonly #categories = new Map<string, Map<string, OutcomeCell>>();
  readonly #places = new Map<string, Place>();
  #agedAtMs: number;

  constructor(options: OutcomeLearnerOptions = {}) {
    const { halfLifeMs = 30 * dayMs, window = 200, maxKeyShare = 0.4, clock = systemClock } = options;
    this.#rules = { halfLifeMs, window, maxKeyWeight: weightOfShare(maxKeyShare) };
    this.#clock = clock;
    this.#agedAtMs = clock.now();
  }

  /** How many judgements are kept. */
  get size(): number {
    return this.#places.size;
  }

  /** Takes an outcome in; one of the same request, key and source gives way to it unless it is the later one. */
  observe(outcome: Outcome): void {
    const { model, task, score, atMs } = outcome;
    if (model === null || task === null) return;
    const id = `${outcome.requestId}\n${outcome.source}\n${outcome.apiKeyId ?? ''}`;
    const known = this.#places.get(id);
    if (known !== undefined) {
      if (known.judgement.atMs > atMs) return;
      this.#remove(known);
    }
    const category = categoryName(task);
    const name = modelKey(model.model);
    const cell = this.#cellOf(category, name);
    const key = outcome.apiKeyId ?? '';
    const judgement = { id, score, atMs, band: difficultyBand(task.difficulty) };
    this.#places.set(id, { category, model: name, key, cell, judgement });
    for (const gone of cell.add(key, judgement)) this.#places.delete(gone.id);
    if (this.#places.size > maxJudgements) this.#dropOldest();
  }

  /** What is learned on tasks like this one; `undefined` where nothing is. */
  category(task: ComparedTask): OutcomeCategory | undefined {
    // Where nothing was ever learned, the profile is not even read.
    if (this.#places.size === 0) return undefined;
    const cells = this.#categories.get(categoryName(task));
    if (cells === undefined) return undefined;
    const band = difficultyBand(task.difficulty);
    return { evidenceOf: (model) => cells.get(model)?.evidence(band, this.#clock) };
  }

  /** What is learned of a model on tasks like this one; `null` where nothing is. */
  learned(model: string, task: ComparedTask): LearnedQuality | null {
    const evidence = this.category(task)?.evidenceOf(modelKey(model));
    return evidence === undefined ? null : describeEvidence(evidence);
  }

  /**
   * Makes the figures of what came in, and once an hour all of them anew, since judgements age: for whoever has time, so that
   * no choice waits for it.
   */
  settle(): void {
    const now = this.#clock.now();
    const isOld = now - this.#agedAtMs >= agingMs;
    if (isOld) this.#agedAtMs = now;
    for (const category of this.#categories.values()) {
      for (const cell of category.values()) {
        if (isOld) cell.age();
        cell.settle(this.#clock);
      }
    }
  }

  /** Forgets everything. */
  reset(): void {
    this.#categories.clear();
    this.#places.clear();
  }

  #cellOf(category: string, model: string): OutcomeCell {
    const cells = this.#categories.get(category) ?? new Map<string, OutcomeCell>();
    this.#categories.set(category, cells);
    const cell = cells.get(model) ?? new OutcomeCell(this.#rules);
    cells.set(model, cell);
    return cell;
  }

  #remove({ category, model, key, cell, judgement }: Place): void {
    cell.remove(key, judgement);
    this.#places.delete(judgement.id);
    if (!cell.isEmpty) return;
    const cells = this.#categories.get(category);
    cells?.delete(model);
    if (cells?.size === 0) this.#categories.delete(category);
  }

  #dropOldest(): void {
    const oldestFirst = [...this.#places.values()].sort((a, b) => a.judgement.atMs - b.judgement.atMs);
    for (const place of oldestFirst.slice(0, maxJudgements / 10)) this.#remove(place);
  }
}

function categoryName({ kind, domain }: Pick<ComparedTask, 'kind' | 'domain'>): string {
  return `${kind}\n${domain}`;
}
