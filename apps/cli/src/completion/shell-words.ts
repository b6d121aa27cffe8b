/** A run of plain characters, a backslash with what it protects, or a quoted text that may not be closed yet. */
const piece = /[^\s"'\\]+|\\(?:[^]|$)|'([^']*)(?:'|$)|"((?:[^"\\]|\\[^])*)(?:"|\\?$)/y;

/**
 * The words of a command line as a shell reads it, quotes and backslashes taken away. The last one is the word at the
 * cursor, empty behind a blank. Variables and commands within are left as they are.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length;) {
    piece.lastIndex = at;
    const match = piece.exec(line);
    if (match === null) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    word = (word ?? '') + plainText(match);
    at = piece.lastIndex;
  }
  return [...words, word ?? ''];
}

function plainText([whole, single, double]: RegExpExecArray): string {
  if (single !== undefined) return single;
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, '$1');
  return whole.startsWith('\\') ? whole.slice(1) : whole;
}
