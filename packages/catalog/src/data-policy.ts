import { formatModelRef, LatticeError, type ModelRef } from '@lattice-lock/contract';
import { readFile } from 'node:fs/promises';
import { ModelPatternSet } from './guide/model-pattern.ts';

/** What is known of where a model is served from and what is kept of a request. `null` is unknown, never none. */
export interface DataPolicy {
  /** Every region that may serve it, e.g. `eu`, `us-east-1`; `global` is anywhere. */
  readonly regions: readonly string[] | null;
  /** For how many days inputs and outputs are kept; 0 means not at all. */
  readonly retentionDays: number | null;
  /** Whether inputs or outputs may train models. */
  readonly training: boolean | null;
  /** Where it was read, or `configuration`. */
  readonly source: string;
}

/** What the operator states of a provider, e.g. by a contract with it. */
export type StatedDataPolicy = Partial<Pick<DataPolicy, 'regions' | 'retentionDays' | 'training'>>;

interface PolicyFact extends Partial<DataPolicy> {
  /** `provider/model` with stars. */
  readonly models: string;
  readonly source: string;
  readonly asOf: string;
}

interface CompiledFact {
  readonly models: ModelPatternSet;
  readonly fact: PolicyFact;
}

/** Data policies by model: what the operator states comes before what is known in general. */
export class DataPolicies {
  readonly #facts: readonly CompiledFact[];
  readonly #stated: Readonly<Record<string, StatedDataPolicy>>;

  constructor(facts: readonly PolicyFact[], stated: Readonly<Record<string, StatedDataPolicy>>) {
    this.#facts = facts.map((fact) => ({ models: new ModelPatternSet([fact.models]), fact }));
    this.#stated = stated;
  }

  /** What is known of a model; `undefined` where nothing is. */
  of(ref: ModelRef): DataPolicy | undefined {
    const stated = Object.hasOwn(this.#stated, ref.provider) ? this.#stated[ref.provider] : undefined;
    const spellings = [formatModelRef(ref).toLowerCase(), `${ref.provider}/*`.toLowerCase()];
    const facts = this.#facts.filter(({ models }) => models.has(spellings)).map(({ fact }) => fact);
    if (stated === undefined && facts.length === 0) return undefined;
    const sources = [
      ...(stated === undefined ? [] : ['configuration']),
      ...facts.map(({ source, asOf }) => `${source} (${asOf})`),
    ];
    const first = <Key extends keyof StatedDataPolicy>(key: Key) =>
      stated?.[key] ?? facts.find((fact) => fact[key] !== undefined && fact[key] !== null)?.[key] ?? null;
    return {
      regions: first('regions'),
      retentionDays: first('retentionDays'),
      training: first('training'),
      source: [...new Set(sources)].join('; '),
    };
  }
}

/** The policies that ship with this package under what the operator states. @throws LatticeError `LATTICE_CATALOG` */
export async function loadDataPolicies(stated: Readonly<Record<string, StatedDataPolicy>>): Promise<DataPolicies> {
  try {
    const file = await readFile(new URL('../data/policies/providers.json', import.meta.url), 'utf8');
    const { policies } = JSON.parse(file) as { readonly policies: readonly PolicyFact[] };
    return new DataPolicies(policies, stated);
  } catch (cause) {
    const message =
      "The catalog's own file data/policies/providers.json cannot be read: install @lattice-lock/catalog again.";
    throw new LatticeError('LATTICE_CATALOG', message, { cause });
  }
}
