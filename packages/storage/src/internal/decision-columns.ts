import type { CandidateExplanation, Decision, ScoreTerm, TaskProfile } from '@lattice-lock/contract';
import type { DecisionColumns } from './decision-bytes.ts';
import { headOf, type DecisionHead } from './decision-head.ts';
import { filteredStart, type FilteredBlock, type FilteredBlocks } from './filtered-blocks.ts';
import type { LastingTexts, RankedBlock, RankedBlocks, RankedCandidate } from './ranked-blocks.ts';

type FilteredCandidate = Extract<CandidateExplanation, { status: 'filtered' }>;
type Texts = (string | null | 0 | 1)[];

/** Stands for the text of the same field of the candidate before: neighbours share providers, details and sources. */
const same = 0;
/** Begins a candidate that was filtered out. */
const filteredMark = 1;

/** What of a ranked candidate is written beside its score and the values of its terms; added up. */
const written = { weights: 1, contributions: 2, quality: 4, rank: 8 } as const;

/** The last text of each field, by its name or the number of its term, and the last weights. */
interface LastFields {
  provider: string;
  cost: string | null;
  filter: string;
  reason: string;
  qualitySource: string | null;
  rank: number;
  readonly names: string[];
  readonly details: string[];
  readonly sources: string[];
  readonly weights: number[];
}

function noFields(): LastFields {
  return {
    provider: '',
    cost: null,
    filter: '',
    reason: '',
    qualitySource: null,
    rank: 0,
    names: [],
    details: [],
    sources: [],
    weights: [],
  };
}

/** The blocks that decisions share. */
export interface DecisionBlocks {
  readonly filtered: FilteredBlocks;
  readonly ranked: RankedBlocks;
}

/** A decision in columns, and the blocks that it shares with others. */
export interface PackableDecision {
  readonly columns: DecisionColumns;
  readonly blocks: readonly (FilteredBlock | RankedBlock)[];
}

/**
 * A decision in columns. A ranked candidate has texts: its expected cost, those that last (of its model, its terms' names
 * and sources, where its quality comes from) unless a block has them, and its terms' details; a filtered one a mark, those
 * of its model, its filter and the reason. Ranked ones have figures: the place in the block, the score, what is
 * {@link written}, the values of the terms, and what is written. What is not follows from those before: the weights are
 * the last ones, a contribution is weight x value, a rank the next one.
 */
export function columnsOf(decision: Decision, { filtered, ranked }: DecisionBlocks): PackableDecision {
  const { candidates } = decision;
  const start = filteredStart(candidates);
  const filteredBlock = filtered.find(candidates, start);
  const own = filteredBlock === null ? candidates : candidates.slice(0, start);
  const placed = ranked.find(own.filter((one) => one.status === 'ranked'));
  const last = noFields();
  const texts: Texts = [];
  const { head, shares } = headOf(decision);
  const numbers: number[] = [...shares];
  let index = 0;
  for (const candidate of own) {
    if (candidate.status === 'filtered') {
      writeFiltered(candidate, last, texts);
      continue;
    }
    writeCost(candidate, last, texts);
    if (placed === null) writeLasting(candidate, last, texts);
    else numbers.push(placed.places[index] ?? -1);
    writeScore(candidate, last, texts, numbers);
    index += 1;
  }
  const columns = {
    head,
    texts: JSON.stringify(texts),
    filteredBlock: filteredBlock?.id ?? '',
    rankedBlock: placed?.block.id ?? '',
    numbers,
  };
  return { columns, blocks: [filteredBlock, placed?.block].filter((block) => block !== null && block !== undefined) };
}

function writeFiltered({ model, filter, reason }: FilteredCandidate, last: LastFields, texts: Texts): void {
  texts.push(filteredMark);
  texts.push(model.provider === last.provider ? same : (last.provider = model.provider));
  texts.push(model.model);
  texts.push(filter === last.filter ? same : (last.filter = filter));
  texts.push(reason === last.reason ? same : (last.reason = reason));
}

function writeCost({ expectedCostUsd: cost }: RankedCandidate, last: LastFields, texts: Texts): void {
  texts.push(cost === last.cost ? same : (last.cost = cost));
}

function writeLasting({ model, terms, quality }: RankedCandidate, last: LastFields, texts: Texts): void {
  const { names, sources } = last;
  const qualitySource = quality?.source ?? null;
  texts.push(model.provider === last.provider ? same : (last.provider = model.provider));
  texts.push(model.model, terms.length === names.length ? same : String(terms.length));
  names.length = terms.length;
  let index = 0;
  for (const { name, source } of terms) {
    texts.push(name === names[index] ? same : (names[index] = name));
    texts.push(source === sources[index] ? same : (sources[index] = source));
    index += 1;
  }
  texts.push(qualitySource === last.qualitySource ? same : (last.qualitySource = qualitySource));
}

function writeScore(candidate: RankedCandidate, last: LastFields, texts: Texts, numbers: number[]): void {
  const { rank, score, terms, quality } = candidate;
  const { details, weights } = last;
  numbers.push(score);
  const markAt = numbers.push(0) - 1;
  let [mark, index] = [0, 0];
  for (const { value, weight, contribution, detail } of terms) {
    numbers.push(value);
    if (!Object.is(weight, weights[index])) mark |= written.weights;
    if (!Object.is(contribution, weight * value)) mark |= written.contributions;
    texts.push(detail === details[index] ? same : (details[index] = detail));
    index += 1;
  }
  if (mark !== 0) writeTerms(terms, mark, last, numbers);
  if (quality !== undefined) {
    mark |= written.quality;
    numbers.push(quality.value, quality.error ?? Number.NaN);
  }
  if (rank !== last.rank + 1) {
    mark |= written.rank;
    numbers.push(rank);
  }
  last.rank = rank;
  numbers[markAt] = mark;
}

function writeTerms(terms: readonly ScoreTerm[], mark: number, { weights }: LastFields, numbers: number[]): void {
  if ((mark & written.weights) !== 0) {
    for (const [index, { weight }] of terms.entries()) numbers.push((weights[index] = weight));
  }
  if ((mark & written.contributions) !== 0) for (const { contribution } of terms) numbers.push(contribution);
}

/** What is in the blocks of a decision: the filtered candidates at its end, and what ranked ones say. */
export interface BlockContents {
  readonly filtered: readonly CandidateExplanation[];
  readonly ranked: readonly LastingTexts[] | null;
}

/** The decision of {@link columnsOf}. */
export function decisionOfColumns(columns: DecisionColumns, blocks: BlockContents): Decision {
  const reader = new ColumnReader(JSON.parse(columns.texts) as Texts, columns.numbers, blocks.ranked);
  const { profile, ...others } = JSON.parse(columns.head) as DecisionHead;
  const kinds = reader.shares(profile.kinds) as TaskProfile['kinds'];
  const domains = reader.shares(profile.domains);
  const candidates: CandidateExplanation[] = [];
  while (reader.hasMore) candidates.push(reader.candidate());
  return { ...others, profile: { ...profile, kinds, domains }, candidates: [...candidates, ...blocks.filtered] };
}

class ColumnReader {
  readonly #texts: Texts;
  readonly #numbers: readonly number[];
  readonly #block: readonly LastingTexts[] | null;
  readonly #last = noFields();
  #text = 0;
  #number = 0;

  constructor(texts: Texts, numbers: readonly number[], block: readonly LastingTexts[] | null) {
    this.#texts = texts;
    this.#numbers = numbers;
    this.#block = block;
  }

  get hasMore(): boolean {
    return this.#text < this.#texts.length;
  }

  /** The record of the names, whose figures come next. */
  shares(names: readonly string[] | Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.values(names).map((name) => [name, this.#figure()]));
  }

  candidate(): CandidateExplanation {
    const last = this.#last;
    const first = this.#texts[this.#text++];
    if (first === filteredMark) return this.#filtered();
    if (first !== same) last.cost = typeof first === 'string' ? first : null;
    const expectedCostUsd = last.cost;
    const lasting = this.#block === null ? this.#lasting() : this.#block[this.#figure()];
    if (lasting === undefined) throw new RangeError('a place is not in the block');
    const { provider, model } = lasting;
    return { model: { provider, model }, status: 'ranked', ...this.#score(lasting), expectedCostUsd };
  }

  #filtered(): FilteredCandidate {
    const last = this.#last;
    last.provider = this.#next(last.provider);
    const model = { provider: last.provider, model: this.#next('') };
    last.filter = this.#next(last.filter);
    last.reason = this.#next(last.reason);
    return { model, status: 'filtered', filter: last.filter as FilteredCandidate['filter'], reason: last.reason };
  }

  #lasting(): LastingTexts {
    const last = this.#last;
    last.provider = this.#next(last.provider);
    const model = this.#next('');
    const length = this.#texts[this.#text++];
    if (typeof length === 'string') last.names.length = Number(length);
    for (let index = 0; index < last.names.length; index += 1) {
      last.names[index] = this.#next(last.names[index]);
      last.sources[index] = this.#next(last.sources[index]);
    }
    const source = this.#texts[this.#text++];
    if (source !== same) last.qualitySource = typeof source === 'string' ? source : null;
    const { provider, qualitySource } = last;
    return { provider, model, names: [...last.names], sources: [...last.sources], qualitySource };
  }

  #score({
    names,
    sources,
    qualitySource,
  }: LastingTexts): Pick<RankedCandidate, 'rank' | 'score' | 'terms' | 'quality'> {
    const { details, weights } = this.#last;
    const [score, mark] = [this.#figure(), this.#figure()];
    const values = names.map(() => this.#figure());
    if ((mark & written.weights) !== 0) for (const index of names.keys()) weights[index] = this.#figure();
    const contributions =
      (mark & written.contributions) === 0
        ? values.map((value, index) => (weights[index] ?? 0) * value)
        : names.map(() => this.#figure());
    const terms = names.map((name, index): ScoreTerm => {
      const detail = (details[index] = this.#next(details[index]));
      const [value = 0, weight = 0, contribution = 0, source = ''] = [
        values[index],
        weights[index],
        contributions[index],
        sources[index],
      ];
      return { name: name as ScoreTerm['name'], value, weight, contribution, detail, source };
    });
    const quality = (mark & written.quality) === 0 ? {} : { quality: this.#quality(qualitySource ?? '') };
    const rank = (mark & written.rank) === 0 ? this.#last.rank + 1 : this.#figure();
    this.#last.rank = rank;
    return { rank, score, terms, ...quality };
  }

  #quality(source: string): NonNullable<RankedCandidate['quality']> {
    const [value, error] = [this.#figure(), this.#figure()];
    return { value, error: Number.isNaN(error) ? null : error, source };
  }

  /** The next text, or the one before where it is the same. */
  #next(before: string | undefined): string {
    const text = this.#texts[this.#text++];
    return typeof text === 'string' ? text : (before ?? '');
  }

  #figure(): number {
    const figure = this.#numbers[this.#number++];
    if (figure === undefined) throw new RangeError('figures are missing');
    return figure;
  }
}
