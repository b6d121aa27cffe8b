import { formatModelRef, type ModelInfo, type ModelPrice, type ModelRef } from '@lattice-lock/contract';
import type { GuideRules } from './guide-rules.ts';
import {
  createCandidate,
  createUnknownCandidate,
  type CandidateFacts,
  type SelectionCandidate,
} from './selection-candidate.ts';
import type { NamedModelCatalog } from './selection-input.ts';

/** How many models that the catalog does not know are kept ready. */
const maxUnknown = 256;

/** The prices of all models at an instant, and until when they hold. */
interface PriceTable {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly prices: ReadonlyMap<ModelInfo, ModelPrice | null>;
  /** The same, by the candidates' positions. */
  readonly list: readonly (ModelPrice | null)[];
}

/**
 * A catalog made ready for selection: candidates by position, prices looked up once per price period. It is rebuilt when
 * the catalog gives another list, so a reloaded catalog is seen whole or not at all.
 */
export class CandidateIndex {
  readonly candidates: readonly SelectionCandidate[];
  readonly #catalog: NamedModelCatalog;
  readonly #facts: CandidateFacts;
  readonly #list: readonly ModelInfo[];
  readonly #byName: ReadonlyMap<string, SelectionCandidate>;
  readonly #byInfo: ReadonlyMap<ModelInfo, SelectionCandidate>;
  /** The instants at which some price begins or ends, in ascending order. */
  readonly #bounds: readonly number[];
  #table: PriceTable | undefined;
  /** Models the catalog does not know, as they were asked for lately. */
  readonly #unknown = new Map<string, SelectionCandidate>();

  constructor(catalog: NamedModelCatalog, guide: GuideRules) {
    this.#catalog = catalog;
    const facts: CandidateFacts = { policyOf: (ref) => catalog.dataPolicyOf?.(ref), guide };
    this.#facts = facts;
    this.#list = catalog.list();
    this.candidates = this.#list.map((info) => createCandidate(info, facts));
    this.#byName = new Map(this.candidates.map((candidate) => [candidate.name, candidate]));
    this.#byInfo = new Map(this.candidates.map((candidate) => [candidate.info, candidate]));
    this.#bounds = priceBounds(this.#list);
  }

  /** Whether it still shows the catalog as it is. */
  isCurrent(): boolean {
    return this.#catalog.list() === this.#list;
  }

  /** The candidate of a model; one of which nothing is known when the catalog does not have it. */
  candidateOf(ref: ModelRef): SelectionCandidate {
    const name = formatModelRef(ref);
    return (
      this.#byName.get(name) ??
      this.#unknown.get(name) ??
      this.#remember(name, createUnknownCandidate(ref, this.#facts))
    );
  }

  /** Callers choose these names, so only so many are kept. */
  #remember(name: string, candidate: SelectionCandidate): SelectionCandidate {
    if (this.#unknown.size >= maxUnknown) this.#unknown.clear();
    this.#unknown.set(name, candidate);
    return candidate;
  }

  /** The candidate of a model of the catalog's list. */
  candidateFor(info: ModelInfo): SelectionCandidate | undefined {
    return this.#byInfo.get(info);
  }

  /** The candidates of these models, without those that are no longer in the catalog. */
  candidatesOf(models: readonly ModelInfo[]): readonly SelectionCandidate[] {
    const found: SelectionCandidate[] = [];
    for (const info of models) {
      const candidate = this.#byInfo.get(info) ?? this.#byName.get(formatModelRef(info));
      if (candidate !== undefined) found.push(candidate);
    }
    return found;
  }

  /** The prices in force at an instant. */
  pricesAt(nowMs: number): ReadonlyMap<ModelInfo, ModelPrice | null> {
    return this.#tableAt(nowMs).prices;
  }

  /** The prices in force at an instant, of {@link candidates} by their positions. */
  priceListAt(nowMs: number): readonly (ModelPrice | null)[] {
    return this.#tableAt(nowMs).list;
  }

  #tableAt(nowMs: number): PriceTable {
    if (this.#table === undefined || nowMs < this.#table.fromMs || nowMs >= this.#table.untilMs) {
      const list = this.#list.map((info) => this.#catalog.priceAt(info, nowMs));
      this.#table = {
        list,
        fromMs: this.#bounds.findLast((bound) => bound <= nowMs) ?? -Infinity,
        untilMs: this.#bounds.find((bound) => bound > nowMs) ?? Infinity,
        prices: new Map(this.#list.map((info, at) => [info, list[at] ?? null])),
      };
    }
    return this.#table;
  }
}

function priceBounds(list: readonly ModelInfo[]): readonly number[] {
  const bounds = new Set<number>();
  for (const { prices } of list) {
    for (const { from, until } of prices) {
      for (const text of [from, until]) if (text !== null) bounds.add(Date.parse(text));
    }
  }
  return [...bounds].filter((bound) => !Number.isNaN(bound)).sort((a, b) => a - b);
}
