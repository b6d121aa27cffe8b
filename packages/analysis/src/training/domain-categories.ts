import { readFileSync } from 'node:fs';

interface DomainCategories {
  readonly source: string;
  /** The categories of each domain. */
  readonly domains: Readonly<Record<string, readonly string[]>>;
  /** Further domains that a coarse category covers; they count as right when it is predicted. */
  readonly alsoRight: Readonly<Record<string, readonly string[]>>;
  /** The domain of prompts that have a label and no category: stories and letters belong to no field. */
  readonly labels: Readonly<Record<string, string>>;
  /** Domains whose exam questions are questions of knowledge: they teach the kind `qa` as well. */
  readonly questions: readonly string[];
}

const { domains, alsoRight, labels, questions } = JSON.parse(
  readFileSync(new URL('../../data/domain-categories.json', import.meta.url), 'utf8'),
) as DomainCategories;

/** The domains that are told apart, in a fixed order. */
export const domainNames: readonly string[] = Object.keys(domains);

const domainByCategory = new Map(
  Object.entries(domains).flatMap(([domain, categories]) => categories.map((category) => [category, domain] as const)),
);

/** The domain of a category; `undefined` for one that is not listed. */
export function domainOfCategory(category: string | undefined): string | undefined {
  return category === undefined ? undefined : domainByCategory.get(category);
}

/** The domain that a row teaches: that of its category, or of its label. */
export function domainOfRow(row: { readonly category?: string; readonly label?: string }): string | undefined {
  return domainOfCategory(row.category) ?? labels[row.label ?? ''];
}

/** The indexes in {@link domainNames} that are right for a category. */
export function rightDomains(category: string): readonly number[] {
  const all = [domainByCategory.get(category) ?? '', ...(alsoRight[category] ?? [])];
  return all.map((domain) => domainNames.indexOf(domain)).filter((index) => index >= 0);
}

/** Whether exam questions of the domain ask for knowledge and not for a calculation. */
export function isQuestionDomain(domain: string | undefined): boolean {
  return domain !== undefined && questions.includes(domain);
}
