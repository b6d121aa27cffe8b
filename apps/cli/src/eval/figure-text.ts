import type { Interval } from './cluster-bootstrap.ts';
import type { JudgeName, SetReport } from './evaluation-report.ts';

/** What each judge is called. */
export const judgeTitles: Readonly<Record<JudgeName, string>> = {
  random: 'random (expected)',
  length: 'prompt length',
  category: 'category table (cross-fitted)',
  'best-single': 'best single model',
  cheapest: 'cheapest model',
  router: 'ROUTER UNDER TEST',
  oracle: 'oracle',
};

/** `0.612`; `-` is unknown. */
export function shareText(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

/** `+0.012` */
export function signedText(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}

/** `[0.58, 0.64]`, empty where there is none. */
export function intervalText(interval: Interval | null): string {
  return interval === null ? '' : `[${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}]`;
}

/** `12 %` */
export function percentText(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}

/** US dollars per thousand prompts. */
export function costText(usd: number | null): string {
  return usd === null ? '-' : `$${(1000 * usd).toFixed(3)}`;
}

/** What a set is, in a few words. */
export function setText({ rows, clusters, judged }: SetReport): string {
  const what = judged ? "; levels are authors' judgements, not measurements" : '';
  return `${rows} prompts, ${clusters} clusters${what}`;
}
