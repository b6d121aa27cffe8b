/** A column of fixed width: rows are printed as they come, before the widest is known. */
export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60]/u;

/** How many columns of a terminal a text takes: East Asian characters take two. */
export function columnsOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0);
}

/** Shortens a text to so many columns, with an ellipsis where something is missing. */
export function shorten(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let short = '';
  for (const character of text) {
    if (columnsOf(short + character) > width - 1) break;
    short += character;
  }
  return `${short}…`;
}

/** A text that fills its column exactly. */
export function fit(text: string, { width, align }: Column): string {
  const short = shorten(text, width);
  const space = ' '.repeat(width - columnsOf(short));
  return align === 'right' ? space + short : short + space;
}
