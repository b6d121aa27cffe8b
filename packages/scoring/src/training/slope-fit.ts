import { mixedLevel, unusualTraits } from '../quality/domain-mixture.ts';
import { formTraits } from '../quality/task-form.ts';
import type { CellFit } from './cell-fit.ts';
import type { OutcomeTable, Outcomes } from './outcome-table.ts';
import { fitLogistic, type Sighting } from './ridge-fit.ts';
import { relativeGains, type TraitFit } from './trait-fit.ts';

/** What nets that did not see a row say of it. */
export interface UnseenView {
  readonly posterior: Float64Array;
  /** The log-odds of each model of the row, in the row's order. */
  readonly heads: Float64Array;
}

/** How far heads are believed and what a standard deviation of each trait costs, before anything is seen. Source: `assumption`. */
const believed = Object.freeze({ heads: 0.3, trait: -0.03 });

/**
 * Pull towards that, and of each data set towards all of them. Source: chosen by comparing trainings on held-out public
 * outcomes, whose figures it flatters.
 */
const pulls = Object.freeze({ all: 200, group: 300 });

/**
 * By data set: how far the heads are believed against the table, the slope of each trait, and of strain for gains. Each data set is pulled to
 * what holds for all, the more the smaller it is.
 */
export function fitSlopes(
  table: OutcomeTable,
  views: readonly (UnseenView | undefined)[],
  cells: CellFit,
  traits: TraitFit,
): Float64Array {
  const width = 1 + formTraits.length;
  const byGroup: Sighting[][] = table.groups.map(() => []);
  table.rows.forEach((row, at) => {
    const view = views[at];
    if (view !== undefined && row.group !== -1) byGroup[row.group]?.push(...sightings(row, view, cells, traits));
  });
  const prior = new Float64Array(width).fill(believed.trait);
  prior[0] = believed.heads;
  const common = fitLogistic(byGroup.flat(), prior, new Float64Array(width).fill(pulls.all));
  const slopes = new Float64Array(table.groups.length * (width + 1));
  byGroup.forEach((seen, group) => {
    const row = group * (width + 1);
    slopes.set(fitLogistic(seen, common, new Float64Array(width).fill(pulls.group)), row);
    slopes[row + width] = strainSlope(table, views, traits, group);
  });
  return slopes;
}

/** How strongly it is believed that strain tells the gain in a data set as it does elsewhere, in prompts. Source: `assumption`. */
const strainBelief = 300;

/** Usual variance of strain within a domain. Source: public outcomes. */
const strainVariance = 0.1;

/** By how much of what transfers the gain of stronger models rises with strain in a data set: 1 is as elsewhere. */
function strainSlope(
  { rows }: OutcomeTable,
  views: readonly (UnseenView | undefined)[],
  traits: TraitFit,
  group: number,
): number {
  const strains: number[] = [];
  const seen = rows.filter((row, at) => {
    const view = views[at];
    if (row.group !== group || view === undefined) return false;
    const unusual = unusualTraits(row.form, view.posterior, traits.usual, traits.scale);
    strains.push(unusual.reduce((sum, value, trait) => sum + value * (traits.transfer[trait] ?? 0), 0));
    return true;
  });
  const gains = relativeGains(seen);
  const pull = strainBelief * strainVariance;
  if (gains === null) return 1;
  let products = pull;
  let squares = pull;
  strains.forEach((strain, at) => {
    products += strain * (gains[at] ?? 0);
    squares += strain * strain;
  });
  return Math.max(0, products / squares);
}

function sightings(row: Outcomes, view: UnseenView, { cells }: CellFit, traits: TraitFit): readonly Sighting[] {
  const unusual = unusualTraits(row.form, view.posterior, traits.usual, traits.scale);
  // Many models on one prompt are not as many prompts.
  const weight = 1 / Math.sqrt(row.models.length);
  return Array.from(row.models, (model, at) => {
    const offset = mixedLevel(cells, model, view.posterior);
    const inputs = new Float64Array(1 + unusual.length);
    inputs[0] = (view.heads[at] ?? 0) - offset;
    inputs.set(unusual, 1);
    return { inputs, offset, score: row.scores[at] ?? 0, weight };
  });
}
