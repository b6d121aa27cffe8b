import { formatModelRef, type CandidateExplanation, type Decision, type ModelRef } from '@lattice-lock/contract';
import { expectedCost, type RankedCandidate } from './decision-table.ts';

/** Why a decision chooses another model than one before it, in a sentence; the empty text where it chooses the same. */
export function explainDifference(before: Decision, after: Decision): string {
  const [was, is] = [formatModelRef(before.chosen), formatModelRef(after.chosen)];
  if (was === is) return '';
  const lost = candidateOf(after, before.chosen);
  if (lost?.status === 'filtered') return `${was} ${lost.reason}`;
  const gained = candidateOf(before, after.chosen);
  if (gained?.status === 'filtered') return `${is} is no longer out (it ${gained.reason})`;
  if (after.mode !== before.mode || after.requested !== before.requested) {
    return `"${before.requested}" was asked for before, "${after.requested}" after`;
  }
  const [route, routeBefore] = [routeTo(after), routeTo(before)];
  if (route !== undefined) return `the route "${route.name}" takes the request (${route.place})`;
  if (routeBefore !== undefined) return `the route "${routeBefore.name}" no longer takes the request`;
  const [mark] = after.guide ?? [];
  if (mark?.rule === 'pick') return `the guide picks "${mark.text}" (${mark.place})`;
  const [markBefore] = before.guide ?? [];
  if (markBefore?.rule === 'pick') return `the guide no longer picks "${markBefore.text}" (${markBefore.place})`;
  if (mark?.rule === 'preferred') return `the guide prefers "${mark.text}" (${mark.place})`;
  return scoreDifference(before, after, was, is);
}

/** The route whose model a decision chose. */
function routeTo({ route, chosen }: Decision): Decision['route'] {
  const model = route?.action.model;
  return model !== undefined && formatModelRef(model) === formatModelRef(chosen) ? route : undefined;
}

function scoreDifference(before: Decision, after: Decision, was: string, is: string): string {
  const [now, other] = [rankedOf(after, after.chosen), rankedOf(after, before.chosen)];
  const [then, otherThen] = [rankedOf(before, after.chosen), rankedOf(before, before.chosen)];
  if (now === undefined || other === undefined) return `${was} is not among the candidates`;
  const score = `score ${now.score.toFixed(3)} against ${other.score.toFixed(3)} of ${was}`;
  const prices = [then, otherThen].flatMap((one, index) => {
    const later = index === 0 ? now : other;
    const isSame = one === undefined || one.expectedCostUsd === later.expectedCostUsd;
    return isSame ? [] : [`${index === 0 ? is : was} costs ${expectedCost(later)} instead of ${expectedCost(one)}`];
  });
  const [weight] = Object.entries(after.weights)
    .map(([name, value]) => ({ name, value, was: before.weights[name as keyof Decision['weights']] }))
    .filter((one) => one.value !== one.was)
    .sort((a, b) => Math.abs(b.value - b.was) - Math.abs(a.value - a.was));
  const weights =
    weight === undefined
      ? []
      : [`${weight.name} counts ${weight.value.toFixed(2)} instead of ${weight.was.toFixed(2)}`];
  return [score, ...prices, ...weights].join('; ');
}

function candidateOf({ candidates }: Decision, model: ModelRef): CandidateExplanation | undefined {
  return candidates.find((one) => one.model.provider === model.provider && one.model.model === model.model);
}

function rankedOf(decision: Decision, model: ModelRef): RankedCandidate | undefined {
  const found = candidateOf(decision, model);
  return found?.status === 'ranked' ? found : undefined;
}
