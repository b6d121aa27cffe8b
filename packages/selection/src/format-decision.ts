import {
  formatModelRef,
  taskKinds,
  type CandidateExplanation,
  type Decision,
  type FilterName,
} from '@lattice-lock/contract';
import { candidateTable, expectedCost, type RankedCandidate } from './decision-table.ts';
import { filterOrder } from './selection-filters.ts';
import { printable, truncate, wrap } from './text-width.ts';

/** How a decision is written. */
export interface FormatDecisionOptions {
  /** No line is wider than this many terminal columns. */
  readonly columns: number;
  /** ANSI colours. Default false. */
  readonly color?: boolean;
}

type FilteredExplanation = Extract<CandidateExplanation, { readonly status: 'filtered' }>;

const shown = Object.freeze({ candidates: 8, evidence: 6, kinds: 3, qualities: 2, exampleColumns: 60 });
const labelColumns = 11;

/**
 * A decision as text for a terminal: what was chosen and why, the task as it was understood, the candidates with their
 * terms, those that filters removed, the fallbacks. Reads well from 60 columns on; names are made printable.
 */
export function formatDecision(decision: Decision, options: FormatDecisionOptions): string {
  const columns = Math.max(20, Math.floor(options.columns));
  const paint = painter(options.color ?? false);
  const ranked = decision.candidates.filter((one): one is RankedCandidate => one.status === 'ranked');
  const filtered = decision.candidates.filter((one): one is FilteredExplanation => one.status === 'filtered');
  const title = truncate(printable(formatModelRef(decision.chosen)), columns);

  const lines = [
    paint.bold(title),
    ...wrap(whyChosen(decision, ranked, filtered), columns),
    '',
    ...taskLines(decision, columns, paint),
    '',
    ...candidateLines(decision, ranked, filtered, columns, paint),
    ...filteredLines(filtered, columns, paint),
    ...qualityLines(ranked, columns, paint),
    ...fallbackLines(decision, columns, paint),
    ...routeLines(decision, columns, paint),
    ...guideLines(decision, columns, paint),
    ...attemptLines(decision, columns, paint),
  ];
  return lines.join('\n');
}

interface Painter {
  bold(text: string): string;
  dim(text: string): string;
}

function painter(color: boolean): Painter {
  const sgr = (on: number, off: number) => (text: string) =>
    color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: sgr(1, 22), dim: sgr(2, 22) };
}

function whyChosen(
  decision: Decision,
  ranked: readonly RankedCandidate[],
  filtered: readonly FilteredExplanation[],
): string {
  const by = decision.simulated ? ' The simulator answers for it.' : '';
  if (decision.mode === 'explicit') return namedSentence(decision, filtered) + by;
  const [best, second] = ranked;
  const asked = `Chosen for ${printable(decision.requested)} (${decision.preset})`;
  if (best === undefined) return `${asked}.${by}`;
  const routed = routedSentence(decision, best.score, asked);
  if (routed !== null) return routed + by;
  const pick = decision.guide?.find(({ rule }) => rule === 'pick');
  if (pick !== undefined) {
    const score = `its score is ${best.score.toFixed(3)}${decision.margin === null ? '' : `, ${againstOthers(decision.margin)}`}`;
    return `${asked}: the guide picks "${printable(pick.text)}" for ${decision.profile.kind} (${printable(pick.place)}); ${score}.${by}`;
  }
  const score = `with the best score, ${best.score.toFixed(3)}`;
  if (second === undefined) return `${asked} ${score}, as the only model that can take the request.${by}`;
  const lead = (best.score - second.score).toFixed(3);
  return `${asked} ${score}: ${lead} ahead of ${printable(formatModelRef(second.model))}${leadTerm(best, second)}.${by}`;
}

/** What is said where the model of a route was taken; `null` where the score decided. */
function routedSentence({ route, chosen, margin }: Decision, score: number, asked: string): string | null {
  const model = route?.action.model;
  if (route === undefined || model === undefined || formatModelRef(model) !== formatModelRef(chosen)) return null;
  const lead = margin === null ? '' : `, ${againstOthers(margin)}`;
  return `${asked}: the route "${printable(route.name)}" names it; its score is ${score.toFixed(3)}${lead}.`;
}

function againstOthers(margin: number): string {
  return `${Math.abs(margin).toFixed(3)} ${margin < 0 ? 'behind' : 'ahead of'} the best of the others`;
}

function namedSentence(decision: Decision, filtered: readonly FilteredExplanation[]): string {
  const [out] = filtered;
  if (out === undefined) return `Named by the caller as "${printable(decision.requested)}".`;
  const asked = `${printable(formatModelRef(out.model))}: ${printable(out.reason)}`;
  return `The first named model that can take the request; ${asked}.`;
}

/** The term in which the best is furthest ahead, with the figures of both. */
function leadTerm(best: RankedCandidate, second: RankedCandidate): string {
  const leads = best.terms.map((term, index) => ({
    term,
    other: second.terms[index],
    lead: term.contribution - (second.terms[index]?.contribution ?? 0),
  }));
  const [most] = leads.sort((a, b) => b.lead - a.lead);
  if (most === undefined || most.lead <= 0 || most.other === undefined) return '';
  const figures =
    most.term.name === 'cost'
      ? `${expectedCost(best)} expected against ${expectedCost(second)}`
      : `${most.term.value.toFixed(2)} against ${most.other.value.toFixed(2)}`;
  return `, mostly by ${most.term.name} (${figures})`;
}

function taskLines(decision: Decision, columns: number, paint: Painter): readonly string[] {
  const { profile } = decision;
  const kinds = [...taskKinds].sort((a, b) => profile.kinds[b] - profile.kinds[a]).slice(0, shown.kinds);
  const percent = (kind: (typeof taskKinds)[number]) => `${kind} ${Math.round(profile.kinds[kind] * 100)}%`;
  const { needs } = profile;
  const wanted = [
    needs.vision ? 'images' : '',
    needs.files ? 'documents' : '',
    needs.tools ? 'tools' : '',
    needs.json === 'schema' ? 'JSON by a schema' : needs.json === 'json' ? 'JSON' : '',
    needs.language === 'und' ? '' : `language ${needs.language}`,
  ].filter(Boolean);
  const evidence = profile.evidence.slice(0, shown.evidence).map((one) => {
    const sign = one.weight < 0 ? '' : '+';
    const match = one.match === undefined ? '' : ` "${printable(one.match)}"`;
    return `${one.kind} ${sign}${Number(one.weight.toFixed(2))} ${one.id}${match}`;
  });
  const more = profile.evidence.length - evidence.length;
  return [
    ...labelled('Task', kinds.map(percent).join(', '), columns, paint),
    ...labelled('Difficulty', `${profile.difficulty.toFixed(2)} of 1`, columns, paint),
    ...labelled('Size', `about ${profile.inputTokens} tokens in, ${profile.expectedOutputTokens} out`, columns, paint),
    ...labelled('Needs', wanted.length === 0 ? 'text alone' : wanted.join(', '), columns, paint),
    ...listed('Evidence', [...evidence, ...(more > 0 ? [`and ${more} more`] : [])], columns, paint),
  ];
}

function candidateLines(
  decision: Decision,
  ranked: readonly RankedCandidate[],
  filtered: readonly FilteredExplanation[],
  columns: number,
  paint: Painter,
): readonly string[] {
  const total = ranked.length + filtered.length;
  const weights = Object.entries(decision.weights).map(([name, weight]) => `${name} ${weight.toFixed(2)}`);
  const [head = '', ...rows] = candidateTable(ranked.slice(0, shown.candidates), columns);
  const more = ranked.length - rows.length;
  return [
    paint.bold(truncate(`Candidates: ${ranked.length} of ${total} can take it`, columns)),
    paint.dim(head),
    ...rows,
    ...(more > 0 ? [paint.dim(truncate(`and ${more} more`, columns))] : []),
    ...wrap(`Score = the terms' weighted sum: ${weights.join(', ')}.${bonusNote(ranked)}`, columns).map(paint.dim),
    '',
  ];
}

/** What the guide adds is no column: it is the same for all whom it prefers. */
function bonusNote(ranked: readonly RankedCandidate[]): string {
  const bonus = ranked.flatMap(({ terms }) => terms.filter((term) => term.name === 'guide'))[0];
  return bonus === undefined ? '' : ` Models that the guide prefers get ${bonus.contribution.toFixed(2)} more.`;
}

function filteredLines(filtered: readonly FilteredExplanation[], columns: number, paint: Painter): readonly string[] {
  if (filtered.length === 0) return [];
  const groups = filterOrder
    .map((filter) => [filter, filtered.filter((one) => one.filter === filter)] as const)
    .filter(([, models]) => models.length > 0);
  return [
    paint.bold(truncate(`Filtered out: ${filtered.length}`, columns)),
    ...groups.flatMap(([filter, models]) => groupLines(filter, models, columns)),
    '',
  ];
}

function groupLines(filter: FilterName, models: readonly FilteredExplanation[], columns: number): readonly string[] {
  const [example] = models;
  if (example === undefined) return [];
  const model = printable(formatModelRef(example.model));
  const text = `${models.length} ${filter}, e.g. ${model}: ${printable(example.reason)}`;
  return wrap(text, columns - 4).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
}

/** What quality is predicted of the best, how surely, and what that rests on. */
function qualityLines(ranked: readonly RankedCandidate[], columns: number, paint: Painter): readonly string[] {
  const lines = ranked.slice(0, shown.qualities).flatMap(({ rank, model, terms }) => {
    const fit = terms.find(({ name }) => name === 'fit');
    if (fit === undefined) return [];
    return [`${rank}. ${printable(formatModelRef(model))}: ${printable(fit.detail)} (${printable(fit.source)})`];
  });
  return lines.length === 0 ? [] : listed('Quality', lines, columns, paint);
}

function fallbackLines(decision: Decision, columns: number, paint: Painter): readonly string[] {
  const names = decision.chain.slice(1).map((ref, index) => `${index + 1}. ${printable(formatModelRef(ref))}`);
  return listed('Fallbacks', names.length === 0 ? ['none'] : names, columns, paint);
}

function guideLines({ guide = [] }: Decision, columns: number, paint: Painter): readonly string[] {
  const lines = guide.map(({ rule, text, place }) => `${rule} "${printable(text)}" (${printable(place)})`);
  return lines.length === 0 ? [] : listed('Guide', lines, columns, paint);
}

function routeLines({ route, candidates }: Decision, columns: number, paint: Painter): readonly string[] {
  if (route === undefined) return [];
  const { name, place, score, threshold, example, embedder, action } = route;
  const asks = [
    ...(action.model === undefined ? [] : [formatModelRef(action.model)]),
    ...(action.preset === undefined ? [] : [`preset ${action.preset}`]),
    ...Object.entries(action.constraints ?? {}).map(([key, value]) => `${key} ${String(value)}`),
  ];
  const model = action.model === undefined ? '' : formatModelRef(action.model);
  const out = candidates.find((one) => one.status === 'filtered' && formatModelRef(one.model) === model);
  return listed(
    'Route',
    [
      `${printable(name)} (${printable(place)}): ${printable(asks.join(', '))}`,
      `${score.toFixed(3)} near "${truncate(printable(example), shown.exampleColumns)}"; from ${threshold.toFixed(3)} on it is taken (${printable(embedder)})`,
      ...(out?.status === 'filtered' ? [`its model is out: it ${printable(out.reason)}`] : []),
    ],
    columns,
    paint,
  );
}

function attemptLines(decision: Decision, columns: number, paint: Painter): readonly string[] {
  const lines = decision.attempts.map((attempt) => {
    const code = attempt.errorCode === null ? '' : ` ${attempt.errorCode}`;
    const model = printable(formatModelRef(attempt.model));
    return `${attempt.attempt}. ${model}: ${attempt.status}${code} after ${Math.round(attempt.durationMs)} ms`;
  });
  return lines.length === 0 ? [] : listed('Attempts', lines, columns, paint);
}

function labelled(label: string, text: string, columns: number, paint: Painter): readonly string[] {
  return listed(label, [text], columns, paint);
}

/** Texts under one label, each beginning a line of its own, indented past the label. */
function listed(label: string, texts: readonly string[], columns: number, paint: Painter): readonly string[] {
  const wrapped = texts.flatMap((text) => wrap(text, columns - labelColumns));
  return wrapped.map((line, index) => paint.dim((index === 0 ? label : '').padEnd(labelColumns)) + line);
}
