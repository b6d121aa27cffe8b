import type { TaskKind } from '@lattice-lock/contract';
import { fieldWordOdds } from './field-words.ts';
import { generalDomain, type DomainView } from './learned-task.ts';

/**
 * What the kind of a task says about its field, in log-odds: words alone take every text with a few numbers for mathematics,
 * and a request for a program rarely names its field. Source: `assumption`, set by hand in steps of a half.
 */
const fieldsOfKinds: Readonly<Record<TaskKind, Readonly<Record<string, number>>>> = {
  code: { 'computer-science': 2.5, mathematics: -1 },
  math: { mathematics: 1, statistics: 1, [generalDomain]: -1.5 },
  reasoning: { logic: 2, mathematics: -1 },
  qa: { [generalDomain]: -1, mathematics: -1 },
  creative: { [generalDomain]: 1, mathematics: -1.5 },
  summarization: { [generalDomain]: 1, mathematics: -1.5 },
  extraction: { [generalDomain]: 1, mathematics: -1.5 },
  classification: { [generalDomain]: 1, mathematics: -1.5 },
  translation: { [generalDomain]: 1.5, mathematics: -1.5 },
  tool: { [generalDomain]: 1.5, mathematics: -1.5 },
};

/** Below this share learned words tell no field. */
const leastTold = 0.2;

/** Words that were never seen leave a field this share. */
const leastShare = 0.02;

/** The largest share of a field that learned words give: the surer they are, the less everyday words add. */
function surest(domains: Readonly<Record<string, number>>): number {
  let most = 0;
  for (const field in domains) if (field !== generalDomain) most = Math.max(most, domains[field] ?? 0);
  return most;
}

/**
 * The fields that learned words speak for, with what everyday words and the likeliest kind say about them.
 *
 * @param stems Those of the words of the request; see `contentStems`.
 */
export function fieldsWithKind({ domains }: DomainView, kind: TaskKind, stems: Int32Array): DomainView {
  const weighed: Record<string, number> = { ...domains };
  const most = surest(domains);
  const odds = fieldWordOdds(stems, 1 - most);
  // Of a text in which no word tells a field, a question is no more about one than anything else.
  const isTold = most >= leastTold || Object.keys(odds).length > 0;
  const fields = fieldsOfKinds[kind];
  for (const field in fields) {
    if (isTold || field !== generalDomain || kind !== 'qa') odds[field] = (odds[field] ?? 0) + (fields[field] ?? 0);
  }
  for (const field in odds) {
    const share = weighed[field];
    if (share !== undefined) weighed[field] = (share + leastShare) * Math.exp(odds[field] ?? 0);
  }
  let sum = 0;
  let domain = generalDomain;
  for (const field in weighed) {
    sum += weighed[field] ?? 0;
    if ((weighed[field] ?? 0) > (weighed[domain] ?? 0)) domain = field;
  }
  for (const field in weighed) weighed[field] = (weighed[field] ?? 0) / sum;
  return { domain, domains: Object.freeze(weighed) };
}
