import type { Decision, ScoreTerm } from '@lattice-lock/contract';

const words: Readonly<Record<ScoreTerm['name'], string>> = {
  fit: 'better than',
  cost: 'cheaper than',
  latency: 'faster than',
  reliability: 'steadier than',
  guide: 'preferred over',
};

/** Why a model was chosen, in one phrase: in what it is furthest ahead of the runner-up. */
export function decisionReason(decision: Decision): string {
  if (decision.mode === 'explicit') return 'named by the caller';
  const [first, second] = decision.candidates
    .filter((candidate) => candidate.status === 'ranked')
    .toSorted((a, b) => a.rank - b.rank);
  if (first === undefined || second === undefined) return 'the only one that can';
  const lead = ({ name, contribution }: ScoreTerm) =>
    contribution - (second.terms.find((term) => term.name === name)?.contribution ?? 0);
  const [best] = first.terms.toSorted((a, b) => lead(b) - lead(a));
  return best === undefined ? 'best score' : `${words[best.name]} ${second.model.model}`;
}
