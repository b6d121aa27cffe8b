/** FNV-1a, 32 bit (Fowler, Noll, Vo; draft-eastlake-fnv), over UTF-16 units. */
export function hashNumber(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** {@link hashNumber} as seven letters and digits. */
export function hashText(text: string): string {
  return seedText(hashNumber(text));
}

/** A 32-bit number as seven letters and digits. */
export function seedText(seed: number): string {
  return seed.toString(36).padStart(7, '0');
}

/** Numbers in [0, 1) that are the same for the same seed: mulberry32 (Tommy Ettinger, public domain). */
export function createSeededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
