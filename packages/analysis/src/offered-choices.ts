/** Answers to choose from. */
export interface OfferedChoices {
  readonly count: number;
  /** How many are numbers, with a sign or a unit; 0 unless all but one are: what is asked for is a quantity then. */
  readonly quantities: number;
  /** How many are verdicts, such as "true" or "entailment"; 0 unless all are: they are no answers but labels then. */
  readonly verdicts: number;
}

const none: OfferedChoices = Object.freeze({ count: 0, quantities: 0, verdicts: 0 });

/** Fewest that are answers to choose from, and fewest verdicts; and how much of a text is read. */
const bounds = Object.freeze({ fewest: 3, fewestVerdicts: 2, chars: 4000 });

const lettered = /(?:^|[\s(])\(?([a-j])[).:] ?(?=\S)/g;
const numbered = /(?:^|\n)[ \t]?\(?(\d)[).:] (?=\S)|[\s:]\((\d)\) ?(?=\S)/g;
const listed = /(?:^|[\n.?] ?)(?:options|choices|answer choices|candidates)[:\uff1a]\s?([^\n]{3,300})/;

/** A number with at most a sign before it and a unit behind it; a time of the day is none. */
const quantity =
  /^(?!.*(?:\d ?[ap]\.?m\b|\d:\d))[^\p{L}\d]{0,4}\d[\d.,:/ ^-]{0,14}(?:[^\p{L}\d\s]|[\p{L}/%]{1,10}){0,2}[.,;]?$/u;

const verdict =
  /^(?:not |partly |highly )?(?:yes|no|true|false|entail\w*|contradict\w*|neutral|positive|negative|mixed|correct|incorrect|right|wrong|acceptable|unacceptable|permissible|same|different|moral|immoral|ethical|unethical|reasonable|unreasonable|supported|refuted|unknown|maybe|undetermined|spam|ham|toxic|fact|opinion|agree|disagree|neither|not enough info\w*)[.,;]?$/;

/** Answers by letter, by number behind an open question, or in a row behind "Options:"; from text in lower case. */
export function offeredChoices(text: string, letters: number, asksOpenly: boolean): OfferedChoices {
  const bounded = text.length > bounds.chars ? text.slice(-bounds.chars) : text;
  if (letters >= bounds.fewestVerdicts) {
    const contents = contentsOf(bounded, lettered, 'a');
    const verdicts = contents.filter((content) => verdict.test(content)).length;
    if (verdicts >= bounds.fewestVerdicts && verdicts === contents.length) return { ...none, verdicts };
    if (letters >= bounds.fewest) return { ...none, count: letters, quantities: quantitiesIn(contents) };
  }
  if (!asksOpenly) return none;
  const row = bounded.includes('ns:') || bounded.includes('es:') ? listed.exec(bounded) : null;
  const inRow = row?.[1]?.split(/[,|;/]| or /).length ?? 0;
  if (inRow >= bounds.fewest) return { ...none, count: inRow };
  if (!bounded.includes('3)') && !bounded.includes('3.') && !bounded.includes('3:')) return none;
  const contents = contentsOf(bounded, numbered, '1');
  return contents.length >= bounds.fewest
    ? { ...none, count: contents.length, quantities: quantitiesIn(contents) }
    : none;
}

/** What stands behind points whose names go up by one from a first; the last to the end of its line. */
function contentsOf(text: string, points: RegExp, first: string): readonly string[] {
  const found: { from: number; at: number }[] = [];
  for (const match of text.matchAll(points)) {
    const name = match[1] ?? match[2] ?? '';
    if (name.charCodeAt(0) !== first.charCodeAt(0) + found.length) continue;
    found.push({ from: match.index + match[0].length, at: match.index });
  }
  return found.map(({ from }, index) => text.slice(from, found[index + 1]?.at ?? endOfLine(text, from)).trim());
}

function quantitiesIn(contents: readonly string[]): number {
  const hits = contents.filter((content) => quantity.test(content)).length;
  return contents.length >= bounds.fewest && hits >= contents.length - 1 ? hits : 0;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
