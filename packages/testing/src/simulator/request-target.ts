import type { IncomingHttpHeaders } from 'node:http';

/** What a request says before its body. */
export interface RequestTarget {
  readonly method: string;
  /** Without the query, as it came: names in it may be percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Takes a request's first line and headers apart. */
export function requestTarget(request: {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}): RequestTarget {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s, 2);
  return { method: request.method ?? '', path, query: new URLSearchParams(query), headers: request.headers };
}

/** A header that came once; `''` when it did not. */
export function headerOf({ headers }: RequestTarget, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The token of `Authorization: Bearer`; `''` for none. */
export function bearerToken(target: RequestTarget): string {
  return /^Bearer\s+(.+)$/i.exec(headerOf(target, 'authorization'))?.[1] ?? '';
}

/** A part of a path that a client has percent-encoded; as it is where it cannot be decoded. */
export function decodePathPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The name between two ends of a path; `undefined` where the path is not so, or has more than a name there. */
export function nameBetween(path: string, start: string, end: string): string | undefined {
  if (!path.startsWith(start) || !path.endsWith(end)) return undefined;
  const name = path.slice(start.length, -end.length);
  return name === '' || name.includes('/') ? undefined : decodePathPart(name);
}
