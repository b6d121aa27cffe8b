import { probabilityOf } from '../quality/logistic.ts';
import type { CellFit } from './cell-fit.ts';
import type { OutcomeTable } from './outcome-table.ts';

/** What a unit of ability is worth in a domain that nothing is known of: about the mean of all. Source: `assumption`. */
const usualSlope = 0.18;

/** Squared log-odds of ability that the usual slope counts for. Source: `assumption`. */
const patience = 3;

/** How often the slope of its subject counts beside a domain's own. Source: `assumption`. */
const kinship = 5;

/**
 * How much likelier a good answer is, by domain, for each unit (log-odds) of ability that a model stands higher: the
 * regression of the cells on abilities, shrunk to the usual slope and to that of the domains of one subject. What differs
 * between data sets of one subject is rather their models and their form than their prompts.
 */
export function fitSlopes(table: OutcomeTable, cells: Omit<CellFit, 'ease'>): Float64Array {
  const own = table.domains.map((_, domain) => ownSlope(table, cells, domain));
  const bySubject = new Map<string, { sum: number; weight: number }>();
  table.domains.forEach(({ subject }, domain) => {
    if (subject === undefined) return;
    const sums = bySubject.get(subject) ?? { sum: 0, weight: 0 };
    sums.sum += (own[domain]?.weight ?? 0) * (own[domain]?.slope ?? 0);
    sums.weight += own[domain]?.weight ?? 0;
    bySubject.set(subject, sums);
  });
  return Float64Array.from(own, ({ slope }, domain) => {
    const subject = bySubject.get(table.domains[domain]?.subject ?? '');
    return subject === undefined ? slope : (slope + kinship * (subject.sum / subject.weight)) / (1 + kinship);
  });
}

function ownSlope(
  { models, domains }: OutcomeTable,
  { cells, counts, ability }: Omit<CellFit, 'ease'>,
  domain: number,
): { slope: number; weight: number } {
  const seen: { ability: number; chance: number }[] = [];
  for (let model = 0; model < models.length; model += 1) {
    const at = model * domains.length + domain;
    if ((counts[at] ?? 0) > 0) seen.push({ ability: ability[model] ?? 0, chance: probabilityOf(cells[at] ?? 0) });
  }
  const mean = (of: 'ability' | 'chance') => seen.reduce((sum, one) => sum + one[of], 0) / seen.length;
  const [usualAbility, usualChance] = [mean('ability'), mean('chance')];
  let together = patience * usualSlope;
  let apart = patience;
  for (const { ability: own, chance } of seen) {
    together += (own - usualAbility) * (chance - usualChance);
    apart += (own - usualAbility) ** 2;
  }
  return { slope: Math.max(0, together / apart), weight: apart };
}
