/** Cuts a text into pieces of about a word, as tokenizers do; the pieces joined are the text. */
export function wordPieces(text: string): readonly string[] {
  return text.match(/\s*[^\s]{1,12}|\s+/gu) ?? [];
}

/** Cuts tool arguments into pieces of three to nine characters; the pieces joined are the text. */
export function argumentPieces(text: string): readonly string[] {
  const characters = [...text];
  const pieces: string[] = [];
  for (let start = 0; start < characters.length;) {
    const length = 3 + ((start * 5 + characters.length) % 7);
    pieces.push(characters.slice(start, start + length).join(''));
    start += length;
  }
  return pieces;
}

/** The turns in which pieces of several lists are sent: the first of each, then the second of each, and so on. */
export function interleave<Piece>(
  lists: readonly (readonly Piece[])[],
): readonly { readonly list: number; readonly piece: Piece }[] {
  const turns: { list: number; piece: Piece }[] = [];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let round = 0; round < longest; round += 1) {
    lists.forEach((list, index) => {
      const piece = list[round];
      if (piece !== undefined) turns.push({ list: index, piece });
    });
  }
  return turns;
}
