/** What a model may be called by in lists: `provider/model`, `provider/*`, its id, its aliases; in lower case. */
export function modelSpellings(model: {
  readonly provider: string;
  readonly model: string;
  readonly aliases: readonly string[];
}): readonly string[] {
  const { provider, model: id, aliases } = model;
  const spellings = [`${provider}/${id}`, `${provider}/*`, id, ...aliases].map((text) => text.toLowerCase());
  return [...new Set(spellings)];
}

interface Glob {
  readonly pattern: string;
  /** The texts between the stars. */
  readonly parts: readonly string[];
}

/**
 * A list of models: names, ids, aliases, and globs in which `*` stands for any characters. `openai/gpt-4*` is compared with
 * `provider/model`, a glob without a slash with ids and aliases of every provider. Upper and lower case are the same.
 */
export class ModelPatternSet {
  readonly isEmpty: boolean;
  readonly #exact: ReadonlySet<string>;
  readonly #globs: readonly Glob[];

  constructor(patterns: Iterable<string>) {
    const names = [...patterns].map((pattern) => pattern.trim().toLowerCase());
    this.#exact = new Set(names);
    this.#globs = names.filter(isWideGlob).map((pattern) => ({ pattern, parts: pattern.split('*') }));
    this.isEmpty = names.length === 0;
  }

  /** The pattern that means a model, in lower case; `null` when none does. */
  find(spellings: readonly string[]): string | null {
    for (const spelling of spellings) if (this.#exact.has(spelling)) return spelling;
    for (const { pattern, parts } of this.#globs) {
      for (const spelling of spellings) if (matchesParts(spelling, parts)) return pattern;
    }
    return null;
  }

  /** Whether a pattern means the model with these {@link modelSpellings}. */
  has(spellings: readonly string[]): boolean {
    if (this.isEmpty) return false;
    for (const spelling of spellings) if (this.#exact.has(spelling)) return true;
    return this.#globs.length > 0 && this.find(spellings) !== null;
  }
}

/** `provider/*` is a spelling of each of the provider's models and needs no search. */
function isWideGlob(pattern: string): boolean {
  const star = pattern.indexOf('*');
  const isProvider = star > 1 && star === pattern.length - 1 && pattern.indexOf('/') === star - 1;
  return star !== -1 && !isProvider;
}

/** Whether a text is the parts in their order with anything between them. Takes time in proportion to the text. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end && text.endsWith(last);
}
