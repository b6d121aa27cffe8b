import type { TaskKind } from '@lattice-lock/contract';
import { generalDomain, type DomainView } from './learned-task.ts';

/**
 * What the kind of a task says about its field, in log-odds: words alone take every text with a few numbers for mathematics,
 * and a request for a program rarely names its field. Source: `assumption`, set by hand in steps of a half.
 */
const fieldsOfKinds: Readonly<Record<TaskKind, Readonly<Record<string, number>>>> = {
  code: { 'computer-science': 3, mathematics: -1 },
  math: { mathematics: 1.5, statistics: 1.5, [generalDomain]: -1.5 },
  reasoning: { logic: 2.5, mathematics: -2 },
  qa: { [generalDomain]: -1, mathematics: -1.5 },
  creative: { [generalDomain]: 1.5, mathematics: -2 },
  summarization: { [generalDomain]: 1.5, mathematics: -2 },
  extraction: { [generalDomain]: 1.5, mathematics: -2 },
  classification: { [generalDomain]: 1.5, mathematics: -2 },
  translation: { [generalDomain]: 2, mathematics: -2 },
  tool: { [generalDomain]: 2, mathematics: -2 },
};

/** Words that were never seen leave a field this share. */
const leastShare = 0.02;

/** The fields that words speak for, with what the likely kinds say about them. */
export function fieldsWithKinds({ domains }: DomainView, kinds: Readonly<Record<TaskKind, number>>): DomainView {
  const weighed: Record<string, number> = { ...domains };
  const odds: Record<string, number> = {};
  for (const kind in fieldsOfKinds) {
    const fields = fieldsOfKinds[kind as TaskKind];
    for (const field in fields) odds[field] = (odds[field] ?? 0) + (fields[field] ?? 0) * kinds[kind as TaskKind];
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
