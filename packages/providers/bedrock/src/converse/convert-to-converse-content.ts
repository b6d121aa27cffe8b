import {
  LatticeError,
  type CacheControl,
  type FilePart,
  type ImagePart,
  type JsonObject,
  type MediaSource,
  type TextPart,
} from '@lattice-lock/contract';

/** Tells the caller of something that was asked for and cannot be honoured; a sentence told twice is kept once. */
export type Warn = (sentence: string) => void;

/** What one conversion of a conversation shares between its messages. */
export interface ContentContext {
  readonly warn: Warn;
  /** Names of documents given so far: the vendor refuses two of one name. */
  readonly documentNames: Set<string>;
}

const imageFormats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/** `DocumentFormat` of @aws-sdk/client-bedrock-runtime; any other text goes as `txt`. */
const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
  'application/json': 'txt',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/**
 * Text, image and document parts as content blocks, each with its cache point behind it. The vendor refuses blank text
 * blocks, so they are left out.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for a format the vendor does not read, or a URL, which it does not fetch.
 */
export function convertToConverseContent(
  content: string | readonly (TextPart | ImagePart | FilePart)[],
  context: ContentContext,
): JsonObject[] {
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ text: content }];
  const blocks: JsonObject[] = [];
  for (const part of content) {
    if (part.type === 'image') blocks.push(imageBlock(part, context.warn));
    else if (part.type === 'file') blocks.push(documentBlock(part, context.documentNames));
    else if (part.text.trim() !== '') blocks.push({ text: part.text });
    else continue;
    blocks.push(...cachePointOf(part.cacheControl));
  }
  return blocks;
}

/** The block that asks to cache everything before it; five minutes is the vendor's default and stays unsaid. */
export function cachePointOf(cacheControl: CacheControl | undefined): JsonObject[] {
  if (cacheControl === undefined) return [];
  const ttl = cacheControl.ttl === '5m' ? {} : { ttl: cacheControl.ttl };
  return [{ cachePoint: { type: 'default', ...ttl } }];
}

function imageBlock(part: ImagePart, warn: Warn): JsonObject {
  if (part.detail === 'low' || part.detail === 'high') {
    warn('Bedrock has no image detail setting; `detail` was left out.');
  }
  const { mediaType, source } = sourceOf(part.source);
  const format = imageFormats[mediaType];
  if (format === undefined)
    throw unsupported(`images of type ${mediaType || 'unknown'}`, 'Send PNG, JPEG, GIF or WebP.');
  return { image: { format, source } };
}

function documentBlock(part: FilePart, names: Set<string>): JsonObject {
  const { mediaType, source } = sourceOf(part.source);
  const format = documentFormats[mediaType] ?? (mediaType.startsWith('text/') ? 'txt' : undefined);
  if (format === undefined) {
    const remedy = 'Send PDF, text, Markdown, HTML, CSV, Word or Excel, or an image as an image.';
    throw unsupported(`files of type ${mediaType || 'unknown'}`, remedy);
  }
  return { document: { format, name: documentName(part.filename, names), source } };
}

/**
 * A name of the characters the vendor allows (letters, digits, single blanks, hyphens, round and square brackets), once
 * in a conversation. The format says the extension, so it is cut off: a dot is not allowed.
 */
function documentName(filename: string | undefined, names: Set<string>): string {
  const plain = (filename ?? '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[^A-Za-z0-9\s\-()[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 180);
  const base = plain === '' ? 'document' : plain;
  let name = base;
  for (let number = 2; names.has(name); number += 1) name = `${base} (${number})`;
  names.add(name);
  return name;
}

interface MediaContent {
  readonly mediaType: string;
  readonly source: JsonObject;
}

const dataUrl = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i;

/** Bytes stay the base64 they are. An S3 address is read by the vendor itself; its type shows in its extension. */
function sourceOf(source: MediaSource): MediaContent {
  if (source.type === 'base64') return { mediaType: typeOf(source.mediaType), source: { bytes: source.data } };
  const match = dataUrl.exec(source.url);
  if (match?.[1] !== undefined) {
    return { mediaType: typeOf(match[1]), source: { bytes: source.url.slice(match[0].length) } };
  }
  if (!source.url.startsWith('s3://')) {
    throw unsupported('URLs', 'Send the bytes as base64, or an s3:// address.');
  }
  return { mediaType: typeOfExtension(source.url), source: { s3Location: { uri: source.url } } };
}

function typeOf(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

const typesByExtension: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...Object.entries(imageFormats), ...Object.entries(documentFormats)].map(([type, format]) => [format, type]),
  ),
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  htm: 'text/html',
  txt: 'text/plain',
};

function typeOfExtension(url: string): string {
  return typesByExtension[/\.([A-Za-z0-9]+)$/.exec(url)?.[1]?.toLowerCase() ?? ''] ?? '';
}

function unsupported(what: string, remedy: string): LatticeError {
  return new LatticeError('LATTICE_UNSUPPORTED', `Bedrock does not take ${what}. ${remedy}`, { provider: 'bedrock' });
}
