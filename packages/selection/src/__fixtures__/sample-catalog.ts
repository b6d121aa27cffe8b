import type { DataPolicy, GuideModels, ModelGuide } from '@lattice-lock/catalog';
import {
  formatModelRef,
  taskKinds,
  type ModelInfo,
  type ModelPrice,
  type ModelRef,
  type TaskProfile,
} from '@lattice-lock/contract';
import type { NamedModelCatalog, SelectionInput } from '../index.ts';

/** A model of tests: sees nothing, calls tools, 100,000 tokens of context. */
export function sampleModel(
  ref: string,
  more: Partial<ModelInfo> = {},
  price: ModelPrice | null = usd(1, 5),
): ModelInfo {
  const [provider = '', ...rest] = ref.split('/');
  return {
    provider,
    model: rest.join('/'),
    name: ref,
    family: null,
    released: '2026-01-01',
    status: 'current',
    contextTokens: 100_000,
    maxInputTokens: null,
    maxOutputTokens: 32_000,
    input: ['text'],
    output: ['text'],
    tools: true,
    structuredOutput: true,
    reasoning: false,
    reasoningControls: null,
    temperature: true,
    openWeights: false,
    aliases: [],
    prices: price === null ? [] : [{ from: null, until: null, price, source: 'test', asOf: '2026-01-01' }],
    source: 'test',
    asOf: '2026-01-01',
    ...more,
  };
}

/** A price in US dollars per million tokens. */
export function usd(input: number, output: number): ModelPrice {
  return { inputPicoUsd: BigInt(Math.round(input * 1e6)), outputPicoUsd: BigInt(Math.round(output * 1e6)) };
}

/** A catalog in memory whose list can be replaced. */
export class SampleCatalog implements NamedModelCatalog {
  models: readonly ModelInfo[];
  readonly #policies: Readonly<Record<string, Partial<DataPolicy>>>;

  /** @param policies What is known of providers' regions and keeping of data. */
  constructor(models: readonly ModelInfo[], policies: Readonly<Record<string, Partial<DataPolicy>>> = {}) {
    this.models = models;
    this.#policies = policies;
  }

  dataPolicyOf({ provider }: ModelRef): DataPolicy | undefined {
    const known = this.#policies[provider];
    return known && { regions: null, retentionDays: null, training: null, source: 'test', ...known };
  }

  list(): readonly ModelInfo[] {
    return this.models;
  }

  get(ref: ModelRef): ModelInfo | undefined {
    return this.models.find((one) => formatModelRef(one) === formatModelRef(ref));
  }

  priceAt(ref: ModelRef, atMs: number): ModelPrice | null {
    const inForce = this.get(ref)?.prices.find(
      ({ from, until }) => (from === null || Date.parse(from) <= atMs) && (until === null || atMs < Date.parse(until)),
    );
    return inForce?.price ?? null;
  }

  find(nameOrAlias: string): readonly ModelInfo[] {
    return this.models.filter((one) => one.model === nameOrAlias || one.aliases.includes(nameOrAlias));
  }

  near(name: string, limit = 5): readonly string[] {
    const start = name.slice(0, 2);
    return this.models
      .filter((one) => one.model.startsWith(start))
      .map(formatModelRef)
      .slice(0, limit);
  }
}

/** The profile of an easy question. */
export function sampleProfile(more: Partial<TaskProfile> = {}): TaskProfile {
  const kinds = Object.fromEntries(taskKinds.map((kind) => [kind, kind === 'qa' ? 0.55 : 0.05]));
  return {
    kind: 'qa',
    kinds: kinds as TaskProfile['kinds'],
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0.3,
    difficultyConfidence: 0.5,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 1000,
    expectedOutputTokens: 300,
    evidence: [{ id: 'ask-a-fact', kind: 'qa', weight: 1, match: 'what is' }],
    ...more,
  };
}

/** An `auto` request with every provider configured. */
export function sampleInput(more: Partial<SelectionInput> = {}): SelectionInput {
  return {
    profile: sampleProfile(),
    requested: 'auto',
    target: { mode: 'auto', preset: 'balanced' },
    isConfigured: () => true,
    ...more,
  };
}

/** The models a guide's line means by these patterns, at a line of its own. */
export function guideLine(text: string, line = 1): GuideModels {
  return { text, patterns: [text.toLowerCase()], place: `guide.md:${line}:3`, reason: null };
}

/** A guide that says nothing but this. */
export function sampleGuide(more: Partial<ModelGuide> = {}): ModelGuide {
  return { file: 'guide.md', blocked: [], preferred: [], tasks: [], chains: [], ceilings: [], ...more };
}
