import type { GuideWord } from './guide-source.ts';
import { trimSpan, type TextSpan } from './guide-text.ts';

/** A ceiling as it is written: for which task (`null`: every request) and how much. */
export interface ReadAmount {
  readonly task: GuideWord | null;
  readonly amount: GuideWord;
}

const everyRequest = /^(?:every|each|any|all|per|a)?\s*(?:requests?|tasks?|everything)?$/i;
const limitWords = /^(?:at most|no more than|up to|max(?:imum)?|<=?|\u2264)\s*/iu;
const money = /^(?:US)?\$\s*(\S+)$|^(?:USD\s*)?(\S+?)\s*(?:USD)?$/i;
const perRequest = /\s*(?:(?:per|a|an|each|\/)\s*(?:request|call|task))\s*\.?$/i;

/**
 * Reads `$0.05`, `at most $0.05 per request`, `0.05 USD` or one of them behind `code:`. `null` when it is none; whether the
 * amount is a number is looked at later.
 */
export function readAmount(span: TextSpan, placeOf: (column: number) => string): ReadAmount | null {
  const colon = span.text.indexOf(':');
  const scope = colon === -1 ? null : trimSpan({ text: span.text.slice(0, colon), column: span.column });
  const rest = trimSpan({ text: span.text.slice(colon + 1), column: span.column + colon + 1 });
  const amount = readMoney(rest);
  if (amount === null) return null;
  const task = scope === null || everyRequest.test(scope.text) ? null : scope;
  return {
    task: task === null ? null : { text: task.text, place: placeOf(task.column) },
    amount: { text: amount.text, place: placeOf(amount.column) },
  };
}

function readMoney(span: TextSpan): TextSpan | null {
  const text = span.text.replace(/\s+[-\u2013\u2014]\s+.*$/u, '').replace(perRequest, '');
  const words = limitWords.exec(text)?.[0].length ?? 0;
  const found = money.exec(text.slice(words));
  const figure = found?.[1] ?? found?.[2];
  if (figure === undefined || !/\d/.test(figure)) return null;
  return { text: figure, column: span.column + text.indexOf(figure, words) };
}

/** The amount in US dollars; `undefined` when it is no number of 0 or more with at most nine decimals. */
export function dollarsOf(text: string): number | undefined {
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}
