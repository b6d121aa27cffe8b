import { redact } from '@lattice-lock/observability';

/** Longest path in a log line or span, in characters. */
const maxPath = 200;

/**
 * The path of a URL as logs and spans show it: without the query, where keys have been seen, and without percent
 * escapes, behind which a sink would not know a secret. Redacted before it is cut, because half a key is no longer
 * known by its shape.
 */
export function shownPath(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  if (path.length <= maxPath && !path.includes('%')) return path;
  return redact(decoded(path)).slice(0, maxPath);
}

/** An escape that is none stays as it is. */
function decoded(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
