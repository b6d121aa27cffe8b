/** A step of a path: the name of a field, or the place in a list. */
export type PathKey = string | number;

const segment = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * The names and indexes of a JSON path (RFC 9535, section 2.7) such as `$.places[0]['a b']`; `null` when it is not of
 * this form.
 */
export function parseJsonPath(path: string): readonly PathKey[] | null {
  if (!path.startsWith('$')) return null;
  const keys: PathKey[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path);
    if (match === null) return null;
    const [, name, index, single, double] = match;
    keys.push(index === undefined ? (name ?? unescaped(single ?? double ?? '')) : Number(index));
  }
  return keys;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
