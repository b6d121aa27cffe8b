/** Answers to choose from. */
export interface OfferedChoices {
  readonly count: number;
  /** How many are numbers, with a sign or a unit; 0 unless all but one are: what is asked for is a quantity then. */
  readonly quantities: number;
}

const none: OfferedChoices = Object.freeze({ count: 0, quantities: 0 });

/** Fewest that are answers to choose from, and most that are read. */
const bounds = Object.freeze({ fewest: 3, most: 10, chars: 4000 });

const lettered = /(?:^|[\s(])\(?([a-j])[).:] ?(?=\S)/g;
const numbered = /(?:^|\n)[ \t]?\(?(\d)[).:] (?=\S)|[\s:]\((\d)\) ?(?=\S)/g;
const listed = /(?:^|[\n.?] ?)(?:options|choices|answer choices|candidates)[:\uff1a]\s?([^\n]{3,300})/;

/** A number with at most a sign before it and a unit behind it; a time of the day is none. */
const quantity =
  /^(?!.*(?:\d ?[ap]\.?m\b|\d:\d))[^\p{L}\d]{0,4}\d[\d.,:/ ^-]{0,14}(?:[^\p{L}\d\s]|[\p{L}/%]{1,10}){0,2}[.,;]?$/u;

/** Answers by letter, by number behind an open question, or in a row behind "Options:"; from text in lower case. */
export function offeredChoices(text: string, letters: number, asksOpenly: boolean): OfferedChoices {
  const bounded = text.length > bounds.chars ? text.slice(-bounds.chars) : text;
  if (letters >= bounds.fewest) return { count: letters, quantities: quantitiesOf(bounded, lettered, 'a') };
  if (!asksOpenly) return none;
  const row = bounded.includes('ns:') || bounded.includes('es:') ? listed.exec(bounded) : null;
  const inRow = row?.[1]?.split(/[,|;/]| or /).length ?? 0;
  if (inRow >= bounds.fewest) return { count: inRow, quantities: 0 };
  if (!bounded.includes('3)') && !bounded.includes('3.') && !bounded.includes('3:')) return none;
  const count = run(bounded, numbered, '1').length;
  return count >= bounds.fewest ? { count, quantities: quantitiesOf(bounded, numbered, '1') } : none;
}

/** Where the contents of points begin whose names go up by one from a first. */
function run(text: string, points: RegExp, first: string): readonly { readonly from: number; readonly at: number }[] {
  const found: { from: number; at: number }[] = [];
  for (const match of text.matchAll(points)) {
    const name = match[1] ?? match[2] ?? '';
    if (name.charCodeAt(0) !== first.charCodeAt(0) + found.length) continue;
    found.push({ from: match.index + match[0].length, at: match.index });
  }
  return found;
}

function quantitiesOf(text: string, points: RegExp, first: string): number {
  const found = run(text, points, first);
  const end = (index: number) => found[index + 1]?.at ?? endOfLine(text, found[index]?.from ?? 0);
  const hits = found.filter(({ from }, index) => quantity.test(text.slice(from, end(index)).trim())).length;
  return found.length >= bounds.fewest && hits >= found.length - 1 ? hits : 0;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
