import type { ScannedText } from './scanned-text.ts';

const slashed =
  /\b(?:yes ?\/ ?no|true ?\/ ?false|ja ?\/ ?nein|oui ?\/ ?non|sí ?\/ ?no|да ?\/ ?нет|[a-z]{3,12} ?\/ ?[a-z]{3,12} ?\/ ?[a-z]{3,12})\b/;

/** A list in brackets, behind "one of", or behind a dash at the end of a question. */
const enclosedList =
  /(?:\(|[\u2013-] |\bone of:? )(?:[\p{L}-]{2,15}(?: [\p{L}-]{2,15})?, ?){1,8}(?:or )?[\p{L}-]{2,15}(?: [\p{L}-]{2,15})?(?:\)|\?|\.|\n|$)/u;

/** What may stand before "or": short names, with commas between. */
const namesBefore =
  /(?:(?:a |an |the )?[\w-]{2,20}(?: [\w-]{2,20})?, ){0,8}(?:a |an |the )?[\w-]{2,20}(?: [\w-]{2,20})?,?$/;

/** What may stand behind "or": the last name, closed by the end of the sentence or of the text. */
const nameBehind = /^ or (?:a |an |the )?[\w-]{2,20}(?: [\w-]{2,20}){0,3} ?(?:[?.):"]|$)/;

/** So many characters before and behind an "or" are read. */
const reach = Object.freeze({ before: 170, behind: 72 });

/** "or" of other languages than English, and what may stand on its sides. */
const conjunction = / (?:oder|ou|o|или|eller|czy) |还是|還是|か、/g;
const wordBefore = /\p{L}{2,15}$/u;
const wordBehind = /^ \p{L}{1,5} (?:\p{L}{1,5} )?\p{L}{2,15} ?[?.:)]/u;
const behindIdeograph = /^..?[^\n\uff0c\u3001\u3002]{1,12}(?:[?\uff1f\u3002:\uff1a]|$)/;

/**
 * How many things are named of which one is to be chosen, outside a given text: "spam or ham", "yes/no", "(HR, IT, Legal)",
 * "dringend oder nicht dringend?"; 0 when none.
 */
export function countAlternatives(text: ScannedText): number {
  const { instructions } = text;
  const enclosed = /[(\u2013-]|\bone of\b/.test(instructions) ? enclosedList.exec(instructions) : null;
  if (enclosed !== null && !isMatter(text, enclosed.index)) return enclosed[0].split(',').length;
  const pair = instructions.includes('/') ? slashed.exec(instructions) : null;
  if (pair !== null && !isMatter(text, pair.index)) return 2;
  const match = firstOr(instructions);
  if (match === null) return namesEither(text) ? 2 : 0;
  if (isMatter(text, match.at) || /\b(?:true|false|valid|invalid)\b/.test(match.found)) return 0;
  const items = match.found.split(/, ?or |,| or /).map((item) => item.trim().replace(/^(?:an?|the) /, ''));
  // What stands before a comma need not belong to it: "given the premises, deductively valid or invalid".
  return items.length !== 3 || items.every((item) => !item.includes(' ')) ? items.length : 2;
}

function firstOr(instructions: string): { readonly at: number; readonly found: string } | null {
  for (let or = instructions.indexOf(' or '); or !== -1; or = instructions.indexOf(' or ', or + 1)) {
    const behind = nameBehind.exec(instructions.slice(or, or + reach.behind));
    if (behind === null) continue;
    const before = namesBefore.exec(instructions.slice(Math.max(0, or - reach.before), or));
    if (before !== null) return { at: or - before[0].length, found: before[0] + behind[0] };
  }
  return null;
}

function namesEither(text: ScannedText): boolean {
  const { instructions } = text;
  for (const { 0: found, index } of instructions.matchAll(conjunction)) {
    const behind = instructions.slice(index, index + reach.behind);
    const isWord = found.startsWith(' ');
    const closes = isWord
      ? wordBehind.test(behind) && wordBefore.test(instructions.slice(Math.max(0, index - 15), index))
      : behindIdeograph.test(behind);
    if (closes && !isMatter(text, Math.max(0, index - 1))) return true;
  }
  return false;
}

function isMatter({ words }: ScannedText, at: number): boolean {
  let index = 0;
  while (index < words.count && (words.ends[index] ?? 0) <= at) index += 1;
  return words.matter[index] === 1;
}
