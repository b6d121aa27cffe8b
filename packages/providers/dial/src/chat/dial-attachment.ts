import type { FilePart, ImagePart, JsonObject } from '@lattice-lock/contract';

/** The media types of what people attach; a URL says no type of its own. Source: IANA media types. */
const typesByExtension: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['csv', 'text/csv'],
  ['html', 'text/html'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['svg', 'image/svg+xml'],
  ['mp3', 'audio/mpeg'],
  ['wav', 'audio/wav'],
  ['mp4', 'video/mp4'],
]);

/**
 * A file or image as an attachment. Without a type DIAL would take it for Markdown, so one is always sent: the part's
 * own, that of the name's extension, else `application/octet-stream`.
 */
export function toDialAttachment(part: FilePart | ImagePart): JsonObject {
  const { source } = part;
  const filename = part.type === 'file' ? part.filename : undefined;
  if (source.type === 'base64') return { type: source.mediaType, title: filename, data: source.data };
  const inline = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i.exec(source.url);
  if (inline?.[1] !== undefined) {
    return { type: inline[1].toLowerCase(), title: filename, data: source.url.slice(inline[0].length) };
  }
  const name = filename ?? nameOf(source.url);
  const type = typesByExtension.get(/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '');
  const unknown = part.type === 'image' ? 'image/*' : 'application/octet-stream';
  return { type: type ?? unknown, title: name === '' ? undefined : name, url: source.url };
}

/** The last segment of a URL's path, decoded where it can be. */
function nameOf(url: string): string {
  const name = /([^/?#]*)(?:[?#].*)?$/.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
