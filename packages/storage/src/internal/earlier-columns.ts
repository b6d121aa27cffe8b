import type { CandidateExplanation, Decision, ScoreTerm, TaskProfile } from '@lattice-lock/contract';
import type { DecisionHead } from './decision-head.ts';

type RankedCandidate = Extract<CandidateExplanation, { status: 'ranked' }>;
type FilteredCandidate = Extract<CandidateExplanation, { status: 'filtered' }>;
type Texts = readonly (string | null | 0 | 1)[];

/** A decision as versions before stored it: each candidate with all its texts, each term with its three figures. */
export interface EarlierColumns {
  /** JSON of everything but the candidates. */
  readonly head: string;
  /** JSON of the candidates' texts, one after the other; 0 is the text of the same field of the candidate before. */
  readonly texts: string;
  readonly numbers: readonly number[];
}

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

/**
 * The decision of such columns, with the candidates of its block at their end. A candidate's texts are those of its model,
 * then its expected cost and its terms' names, details and sources, or a mark, its filter and the reason. Ranked ones have
 * figures: rank, score, number of terms (counted down from -1 where a quality follows), and the three of each term.
 */
export function decisionOfEarlierColumns(columns: EarlierColumns, block: readonly CandidateExplanation[]): Decision {
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
  readonly #numbers: readonly number[];
  readonly #last: LastTexts = { provider: '', filter: '', reason: '', names: [], details: [], sources: [] };
  #text = 0;
  #number = 0;

  constructor(texts: Texts, numbers: readonly number[]) {
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
