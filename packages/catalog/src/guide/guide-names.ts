import {
  formatModelRef,
  parseModelRef,
  type ModelCatalog,
  type ModelInfo,
  type ModelRef,
} from '@lattice-lock/contract';
import type { GuideName } from './guide-source.ts';
import type { GuideModels } from './model-guide.ts';
import { ModelPatternSet, modelSpellings } from './model-pattern.ts';

/** Where a guide's names are looked up: `ModelRegistry` is one. */
export interface GuideCatalog extends ModelCatalog {
  /** Models of any provider with this bare id or alias. */
  find(nameOrAlias: string): readonly ModelInfo[];
  /** `provider/model` names close to this one, the closest first. */
  near(name: string, limit?: number): readonly string[];
}

/** What else a name may mean. */
export interface GuideNameOptions {
  readonly catalog: GuideCatalog;
  /** The operator's short names for models. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The provider's id for an id or alias of it, e.g. `grok` for `xai`; the name itself unless given. */
  resolveProvider?(name: string): string;
  /** Whether a provider takes models that the catalog does not know. */
  passthrough?(provider: string): boolean;
}

/** A name of the guide with the models it means; a text says what is wrong with it. */
export type LookedUp =
  | {
      readonly models: GuideModels;
      /** The models of the catalog that it means. */
      readonly means: readonly ModelInfo[];
      /** The same, and those that a passthrough provider takes. */
      readonly refs: readonly ModelRef[];
      readonly isGlob: boolean;
    }
  | { readonly problem: string };

/** Looks the names of a guide up. */
export class GuideNames {
  readonly #options: GuideNameOptions;
  readonly #providers: ReadonlySet<string>;
  readonly #spellings: readonly (readonly [ModelInfo, readonly string[]])[];

  constructor(options: GuideNameOptions) {
    this.#options = options;
    const models = options.catalog.list();
    this.#providers = new Set(models.map((model) => model.provider));
    this.#spellings = models.map((model) => [model, modelSpellings(model)] as const);
  }

  /** Whether a word of a text is certainly a name of a model. */
  isModel(word: string): boolean {
    if (word.endsWith('/*')) return this.#providers.has(word.slice(0, -2));
    const isNameLike = word.includes('/') || /[a-z]-?\d/i.test(word);
    return isNameLike && this.#options.catalog.find(word).length > 0;
  }

  /** The models that a name means. */
  find(name: GuideName): LookedUp {
    return name.text.includes('*') ? this.#glob(name) : this.#model(name);
  }

  #glob(name: GuideName): LookedUp {
    const pattern = this.#withProvider(name.text).toLowerCase();
    if (/^[*/]*$/.test(pattern)) return { problem: 'means every model there is: name a provider, such as "openai/*".' };
    const set = new ModelPatternSet([pattern]);
    const means = this.#spellings.filter(([, spellings]) => set.has(spellings)).map(([model]) => model);
    const provider = parseModelRef(pattern)?.provider ?? '';
    if (means.length === 0 && this.#options.passthrough?.(provider) !== true) {
      return { problem: `matches no model of the catalog${this.#near(name.text.replaceAll('*', ''))}` };
    }
    return { models: { ...name, patterns: [pattern] }, means, refs: means, isGlob: true };
  }

  #model(name: GuideName): LookedUp {
    const means = this.#meant(name.text, []);
    if (means === null) return { problem: `stands for "auto", which is no model: name a model.` };
    const models = means.filter((one): one is ModelInfo => 'status' in one);
    if (means.length === 0) return { problem: `is not a model of the catalog${this.#near(name.text)}` };
    const patterns = [...new Set(means.map((one) => formatModelRef(one).toLowerCase()))];
    return { models: { ...name, patterns }, means: models, refs: means, isGlob: false };
  }

  /** What a name means: models, or one that a passthrough provider takes; `null` for a choice. */
  #meant(name: string, seen: readonly string[]): readonly (ModelInfo | ModelRef)[] | null {
    if (/^auto(:|$)/.test(name)) return null;
    const { aliases = {}, catalog, passthrough } = this.#options;
    if (Object.hasOwn(aliases, name) && !seen.includes(name)) return this.#meant(aliases[name] ?? '', [...seen, name]);
    const ref = parseModelRef(this.#withProvider(name));
    if (ref === null) return catalog.find(name);
    const exact = catalog.get(ref);
    if (exact !== undefined) return [exact];
    const byAlias = catalog.find(ref.model).filter((one) => one.provider === ref.provider);
    if (byAlias.length > 0) return byAlias;
    const asId = catalog.find(name).filter((one) => one.model === name);
    if (asId.length > 0) return asId;
    const wanted = name.toLowerCase();
    const otherwise = this.#spellings.filter(([, spellings]) => spellings.includes(wanted)).map(([model]) => model);
    return otherwise.length > 0 || passthrough?.(ref.provider) !== true ? otherwise : [ref];
  }

  #withProvider(name: string): string {
    const ref = parseModelRef(name);
    if (ref === null || ref.provider.includes('*') || this.#providers.has(ref.provider)) return name;
    try {
      return formatModelRef({ ...ref, provider: this.#options.resolveProvider?.(ref.provider) ?? ref.provider });
    } catch {
      return name;
    }
  }

  #near(name: string): string {
    const names = this.#options.catalog.near(name, 3);
    return names.length === 0 ? '; `lattice models` lists them.' : `: did you mean ${names.join(' or ')}?`;
  }
}
