import {
  formatModelRef,
  parseModelRef,
  type ModelCatalog,
  type ModelInfo,
  type ModelPrice,
  type ModelRef,
} from '@lattice-lock/contract';
import { DataPolicies, type DataPolicy } from './data-policy.ts';
import { nearestNames, type NamedCandidate } from './edit-distance.ts';
import { PriceBook } from './price-book.ts';

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Model facts and prices in memory. Lookups do no I/O and allocate nothing. */
export class ModelRegistry implements ModelCatalog {
  readonly #models: readonly ModelInfo[];
  readonly #byProvider = new Map<string, Map<string, ModelInfo>>();
  readonly #byName = new Map<string, readonly ModelInfo[]>();
  readonly #byAlias = new Map<string, readonly ModelInfo[]>();
  readonly #prices: PriceBook;
  readonly #policies: DataPolicies;
  #candidates: readonly NamedCandidate[] | undefined;

  /**
   * @param models A model that comes twice counts as it came last.
   * @param providerOrder Providers that are listed first, in this order; the others follow by name.
   * @param policies What is known of where models are served from and what is kept; nothing unless given.
   * @throws LatticeError `LATTICE_CATALOG` when a bound of a price is not a date.
   */
  constructor(
    models: Iterable<ModelInfo>,
    providerOrder: readonly string[] = [],
    policies: DataPolicies = new DataPolicies([], {}),
  ) {
    this.#policies = policies;
    const rank = new Map(providerOrder.map((provider, index) => [provider, index]));
    const rankOf = (model: ModelInfo) => rank.get(model.provider) ?? providerOrder.length;
    const unique = new Map([...models].map((model) => [formatModelRef(model), model]));
    this.#models = [...unique.values()].sort(
      (left, right) =>
        rankOf(left) - rankOf(right) || compare(left.provider, right.provider) || compare(left.model, right.model),
    );
    this.#prices = new PriceBook(this.#models);
    for (const model of this.#models) this.#index(model);
  }

  #index(model: ModelInfo): void {
    const ofProvider = this.#byProvider.get(model.provider) ?? new Map<string, ModelInfo>();
    this.#byProvider.set(model.provider, ofProvider.set(model.model, model));
    this.#byName.set(model.model, [...(this.#byName.get(model.model) ?? []), model]);
    for (const alias of model.aliases) this.#byAlias.set(alias, [...(this.#byAlias.get(alias) ?? []), model]);
  }

  /** Every model: providers in the catalog's order, models by id. */
  list(): readonly ModelInfo[] {
    return this.#models;
  }

  get(ref: ModelRef): ModelInfo | undefined {
    return this.#byProvider.get(ref.provider)?.get(ref.model);
  }

  /** The price in force at an instant (ms since the epoch); `null` is unknown. */
  priceAt(ref: ModelRef, atMs: number): ModelPrice | null {
    return this.#prices.priceAt(ref, atMs);
  }

  /** Where that price was read and when; `null` when it is unknown. */
  priceSourceAt(ref: ModelRef, atMs: number): string | null {
    return this.#prices.sourceAt(ref, atMs);
  }

  /** Where a model is served from and what is kept of a request; `undefined` where nothing is known. */
  dataPolicyOf(ref: ModelRef): DataPolicy | undefined {
    return this.#policies.of(ref);
  }

  /**
   * The models a name may mean, of any provider: those with it as their alias, else those with it as their id, else the
   * one it names as `provider/model`. Several means that the name alone does not decide.
   */
  find(nameOrAlias: string): readonly ModelInfo[] {
    const known = this.#byAlias.get(nameOrAlias) ?? this.#byName.get(nameOrAlias);
    if (known !== undefined) return known;
    const ref = parseModelRef(nameOrAlias);
    const model = ref === null ? undefined : this.get(ref);
    return model === undefined ? [] : [model];
  }

  /** Models whose name, id or alias is spelt nearly so, as `provider/model`, the nearest first. */
  near(name: string, limit = 5): readonly string[] {
    this.#candidates ??= this.#models.map((model) => {
      const ref = formatModelRef(model);
      return { name: ref, spellings: [ref, model.model, ...model.aliases] };
    });
    return nearestNames(name, this.#candidates, limit);
  }
}
