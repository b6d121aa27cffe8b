import type { CandidateExplanation, Decision, ScoreTerm, TaskProfile } from '@lattice-lock/contract';
import type { DecisionColumns } from './decision-bytes.ts';
import { filteredStart, type FilteredBlock, type FilteredBlocks } from './filtered-blocks.ts';

type RankedCandidate = Extract<CandidateExplanation, { status: 'ranked' }>;
type FilteredCandidate = Extract<CandidateExplanation, { status: 'filtered' }>;
type Texts = (string | null | 0 | 1)[];

/** Stands for the text of the same field of the candidate before: neighbours share providers, reasons and sources. */
const same = 0;
/** Marks a candidate that was filtered out. */
const filteredMark = 1;

/** The last text of each field. */
interface LastTexts {
  provider: string;
  filter: string;
  reason: string;
  readonly names: string[];
  readonly details: string[];
  readonly sources: string[];
}

function noTexts(): LastTexts {
  return { provider: '', filter: '', reason: '', names: [], details: [], sources: [] };
}

/** A decision in columns, and the block of candidates that it shares with others. */
export interface PackableDecision {
  readonly columns: DecisionColumns;
  readonly block: FilteredBlock | null;
}

/** A record of the profile: its names in the head, its figures behind those of the candidates. */
type SharesName = 'kinds' | 'domains';

/** What is left of a decision without its candidates; decisions stored earlier have their profile as it is. */
type DecisionHead = Omit<Decision, 'candidates' | 'profile'> & {
  readonly profile: Omit<TaskProfile, SharesName> &
    Readonly<Record<SharesName, Readonly<Record<string, number>> | readonly string[]>>;
};

/**
 * A decision in columns. A candidate's texts follow each other: those of its model, then its expected cost and its terms'
 * names, details and sources, or a mark, its filter and the reason. Ranked ones have figures: rank, score, number of
 * terms, and the three of each term; behind them the predicted quality, where there is one: see {@link termMark}.
 */
export function columnsOf(decision: Decision, blocks: FilteredBlocks): PackableDecision {
  const { candidates, profile, ...others } = decision;
  const start = filteredStart(candidates);
  const block = blocks.find(candidates, start);
  const last = noTexts();
  const texts: Texts = [];
  const numbers: number[] = [];
  for (const candidate of block === null ? candidates : candidates.slice(0, start)) {
    const { provider, model } = candidate.model;
    texts.push(provider === last.provider ? same : (last.provider = provider), model);
    if (candidate.status === 'filtered') {
      const { filter, reason } = candidate;
      texts.push(filteredMark);
      texts.push(filter === last.filter ? same : (last.filter = filter));
      texts.push(reason === last.reason ? same : (last.reason = reason));
    } else {
      writeRanked(candidate, last, texts, numbers);
    }
  }
  const { kinds, domains } = profile;
  const names = { kinds: Object.keys(kinds), domains: Object.keys(domains) };
  // Thirty numbers written out in digits would cost more than everything else of the head.
  numbers.push(...Object.values(kinds), ...Object.values(domains));
  const head: DecisionHead = { ...others, profile: { ...profile, ...names } };
  const blockId = block?.id ?? null;
  const columns = {
    head: JSON.stringify(head),
    texts: JSON.stringify(texts),
    numbers: new Float64Array(numbers),
    blockId,
  };
  return { columns, block };
}

function writeRanked(candidate: RankedCandidate, last: LastTexts, texts: Texts, numbers: number[]): void {
  texts.push(candidate.expectedCostUsd);
  const { quality } = candidate;
  numbers.push(candidate.rank, candidate.score, termMark(candidate.terms.length, quality !== undefined));
  const { names, details, sources } = last;
  let index = 0;
  for (const { name, detail, source, value, weight, contribution } of candidate.terms) {
    texts.push(name === names[index] ? same : (names[index] = name));
    texts.push(detail === details[index] ? same : (details[index] = detail));
    texts.push(source === sources[index] ? same : (sources[index] = source));
    numbers.push(value, weight, contribution);
    index += 1;
  }
  if (quality === undefined) return;
  texts.push(quality.source);
  numbers.push(quality.value, quality.error ?? Number.NaN);
}

/** The number of terms; counted down from -1 where a quality follows them, which decisions stored earlier never have. */
function termMark(terms: number, hasQuality: boolean): number {
  return hasQuality ? -1 - terms : terms;
}

/** The decision of {@link columnsOf}, with the candidates of its block at their end. */
export function decisionOfColumns(columns: DecisionColumns, block: readonly CandidateExplanation[]): Decision {
  const { head, texts, numbers } = columns;
  const reader = new ColumnReader(JSON.parse(texts) as Texts, numbers);
  const candidates: CandidateExplanation[] = [];
  while (reader.hasMore) candidates.push(reader.candidate());
  const { profile, ...others } = JSON.parse(head) as DecisionHead;
  const kinds = reader.shares(profile.kinds) as TaskProfile['kinds'];
  const domains = reader.shares(profile.domains);
  return { ...others, profile: { ...profile, kinds, domains }, candidates: [...candidates, ...block] };
}

class ColumnReader {
  readonly #texts: Texts;
  readonly #numbers: Float64Array;
  readonly #last = noTexts();
  #text = 0;
  #number = 0;

  constructor(texts: Texts, numbers: Float64Array) {
    this.#texts = texts;
    this.#numbers = numbers;
  }

  get hasMore(): boolean {
    return this.#text < this.#texts.length;
  }

  /** The record of the names, whose figures come next; a record that was stored whole is itself. */
  shares(stored: readonly string[] | Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    if (!isNames(stored)) return stored;
    return Object.fromEntries(stored.map((name) => [name, this.#figure()]));
  }

  candidate(): CandidateExplanation {
    const last = this.#last;
    last.provider = this.#next(last.provider);
    const model = { provider: last.provider, model: this.#next('') };
    const third = this.#texts[this.#text++];
    if (third !== filteredMark) {
      const expectedCostUsd = typeof third === 'string' ? third : null;
      return { model, status: 'ranked', ...this.#score(), expectedCostUsd };
    }
    last.filter = this.#next(last.filter);
    last.reason = this.#next(last.reason);
    return { model, status: 'filtered', filter: last.filter as FilteredCandidate['filter'], reason: last.reason };
  }

  #score(): Pick<RankedCandidate, 'rank' | 'score' | 'terms' | 'quality'> {
    const [rank, score, mark] = [this.#figure(), this.#figure(), this.#figure()];
    const length = mark < 0 ? -1 - mark : mark;
    const terms = Array.from({ length }, (_unused, index) => this.#term(index));
    return mark < 0 ? { rank, score, terms, quality: this.#quality() } : { rank, score, terms };
  }

  #quality(): NonNullable<RankedCandidate['quality']> {
    const [value, error] = [this.#figure(), this.#figure()];
    return { value, error: Number.isNaN(error) ? null : error, source: this.#next('') };
  }

  #term(index: number): ScoreTerm {
    const { names, details, sources } = this.#last;
    const name = (names[index] = this.#next(names[index]));
    const detail = (details[index] = this.#next(details[index]));
    const source = (sources[index] = this.#next(sources[index]));
    const [value, weight, contribution] = [this.#figure(), this.#figure(), this.#figure()];
    return { name: name as ScoreTerm['name'], value, weight, contribution, detail, source };
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

function isNames(stored: readonly string[] | Readonly<Record<string, number>>): stored is readonly string[] {
  return Array.isArray(stored);
}
