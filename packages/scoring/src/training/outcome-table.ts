import { LatticeError, taskKinds, textFeatures, type TextFeatures } from '@lattice-lock/contract';
import { modelKey } from '../quality/model-key.ts';
import { TaskStrain } from '../quality/task-strain.ts';
import type { QualityTrainingRow } from './training-row.ts';

/** A row with everything as numbers. */
export interface Outcomes {
  readonly features: TextFeatures;
  /** As of {@link TaskStrain}. */
  readonly strain: number;
  /** The shares of the task kinds, in their order. */
  readonly kinds: Float64Array;
  /** The domain's index; the last domain stands for everything else. */
  readonly domain: number;
  /** The data set's index; -1 for a prompt of elsewhere. */
  readonly group: number;
  readonly fold: number;
  readonly models: Int32Array;
  readonly scores: Float64Array;
}

/** All rows as numbers, and the names behind these. */
export interface OutcomeTable {
  readonly rows: readonly Outcomes[];
  readonly groups: readonly string[];
  readonly domains: readonly OutcomeDomain[];
  readonly models: readonly string[];
}

/** A kind of prompts within a data set. */
export interface OutcomeDomain {
  readonly name: string;
  /** The data set's index; -1 for everything else. */
  readonly group: number;
  /** The domain of the analysis that most of its prompts are of, when there is one that says anything. */
  readonly subject?: string;
}

/** Index of the last domain: everything that no data set holds. */
export function elsewhere(table: Pick<OutcomeTable, 'domains'>): number {
  return table.domains.length - 1;
}

/**
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when a profile has no text features, a score is not from 0 to 1, or no
 * row has outcomes.
 */
export function outcomeTable(
  rows: readonly QualityTrainingRow[],
  options: { readonly denseNames: readonly string[]; readonly folds: number },
): OutcomeTable {
  const strain = new TaskStrain(options.denseNames);
  const groups = new NameIndex();
  const models = new NameIndex();
  const domains = new NameIndex();
  const groupOf: number[] = [];
  const subjects: Map<string, number>[] = [];
  const made = rows.map((row, at) => {
    const features = textFeatures(row.profile);
    if (features === undefined)
      throw invalid(at, 'its profile carries no text features: train with the profiles as analyze() returns them');
    const scored = Object.entries(row.outcomes ?? {});
    const dataset = row.dataset ?? 'own';
    const isKnown = scored.length > 0;
    const group = isKnown ? groups.of(dataset) : -1;
    const domain = isKnown ? domains.of(`${dataset}/${row.category ?? row.profile.domain}`) : -1;
    if (isKnown) {
      groupOf[domain] = group;
      addShares((subjects[domain] ??= new Map()), row.profile.domains);
    }
    for (const [name, { score }] of scored) {
      if (!(score >= 0 && score <= 1))
        throw invalid(at, `the score of ${name} is ${String(score)}, not a number from 0 to 1`);
    }
    return {
      features,
      strain: strain.read(row.profile, features),
      kinds: Float64Array.from(taskKinds, (kind) => row.profile.kinds[kind]),
      domain,
      group,
      fold: foldOf(row.cluster ?? `row ${at}`, options.folds),
      models: Int32Array.from(scored, ([name]) => models.of(modelKey(name))),
      scores: Float64Array.from(scored, ([, { score }]) => score),
    };
  });
  if (groups.names.length === 0) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', 'No row has outcomes: there is nothing to learn quality from.');
  }
  const last = domains.names.length;
  return {
    rows: made.map((row) => (row.domain === -1 ? { ...row, domain: last } : row)),
    groups: groups.names,
    domains: [
      ...domains.names.map((name, at) => ({ name, group: groupOf[at] ?? 0, ...mainSubject(subjects[at]) })),
      { name: 'elsewhere', group: -1 },
    ],
    models: models.names,
  };
}

/** A subject is what at least this share of a domain's prompts is about. Source: `assumption`. */
const leastSubject = 0.3;

function addShares(sums: Map<string, number>, shares: Readonly<Record<string, number>>): void {
  for (const [name, share] of Object.entries(shares)) sums.set(name, (sums.get(name) ?? 0) + share);
}

function mainSubject(sums: ReadonlyMap<string, number> = new Map()): { subject?: string } {
  let all = 0;
  let most: readonly [string, number] = ['general', 0];
  for (const one of sums) {
    all += one[1];
    if (one[1] > most[1]) most = one;
  }
  return most[0] === 'general' || most[1] < leastSubject * all ? {} : { subject: most[0] };
}

class NameIndex {
  readonly names: string[] = [];
  readonly #indexes = new Map<string, number>();

  of(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index = this.names.push(name) - 1;
    this.#indexes.set(name, index);
    return index;
  }
}

/** Spread evenly by an FNV-1a hash, so that a fold does not depend on the order of the rows. */
function foldOf(cluster: string, folds: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < cluster.length; at += 1) hash = Math.imul(hash ^ cluster.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % folds;
}

function invalid(row: number, what: string): LatticeError {
  return new LatticeError('LATTICE_INVALID_REQUEST', `Row ${row + 1}: ${what}.`);
}
