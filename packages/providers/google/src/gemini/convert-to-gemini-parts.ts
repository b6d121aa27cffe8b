import type { FilePart, ImagePart, JsonObject, TextPart } from '@lattice-lock/contract';
import type { GeminiService } from './gemini-model.ts';

/** Tells the caller of something that was asked for and cannot be honoured; a sentence told twice is kept once. */
export type Warn = (sentence: string) => void;

/** What a part is written for. */
export interface PartContext {
  readonly service: GeminiService['type'];
  readonly warn: Warn;
}

/** Text, images and files as parts. The vendor refuses empty texts, so they are left out. */
export function convertToGeminiParts(
  content: string | readonly (TextPart | ImagePart | FilePart)[],
  context: PartContext,
): JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }];
  const parts: JsonObject[] = [];
  for (const part of content) {
    if (part.cacheControl !== undefined) {
      context.warn('Gemini caches prompts by itself, or by `cachedContent`; `cacheControl` was left out.');
    }
    if (part.type !== 'text') parts.push(convertToGeminiMedia(part, context));
    else if (part.text !== '') parts.push({ text: part.text });
  }
  return parts;
}

/** An image or a file: its bytes, or the address from which the vendor fetches it. */
export function convertToGeminiMedia(part: ImagePart | FilePart, { service, warn }: PartContext): JsonObject {
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto') {
    warn('Gemini sets the media resolution for a whole request; `detail` was left out.');
  }
  const { source } = part;
  const name = displayName(part, service, warn);
  if (source.type === 'base64') {
    return { inlineData: { mimeType: bareMediaType(source.mediaType), data: source.data, ...name } };
  }
  const inline = dataUrl.exec(source.url);
  if (inline?.[1] !== undefined) {
    const data = source.url.slice(inline[0].length);
    return { inlineData: { mimeType: inline[1].toLowerCase(), data, ...name } };
  }
  const mimeType = mediaTypeOfUrl(source.url);
  // The Gemini API finds the type out itself; Vertex AI refuses a file without one.
  if (mimeType !== undefined || service === 'gemini') {
    return { fileData: { fileUri: source.url, ...(mimeType === undefined ? {} : { mimeType }), ...name } };
  }
  const assumed = part.type === 'image' ? 'image/jpeg' : 'application/pdf';
  warn(`Vertex AI wants the media type of a URL; ${assumed} was assumed for one that does not show it.`);
  return { fileData: { fileUri: source.url, mimeType: assumed, ...name } };
}

const dataUrl = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i;

function bareMediaType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function displayName(part: ImagePart | FilePart, service: GeminiService['type'], warn: Warn): JsonObject {
  if (part.type === 'image' || part.filename === undefined) return {};
  if (service === 'vertex') return { displayName: part.filename };
  warn('The Gemini API takes no file names; `filename` was left out.');
  return {};
}

/** Media types that the vendor reads, by the ending of a file's name (ai.google.dev, file input methods). */
const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

function mediaTypeOfUrl(url: string): string | undefined {
  const ending = /\.([a-z0-9]+)(?:$|[?#])/i.exec(url.replace(/^[a-z]+:\/\/[^/]*/i, ''))?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(mediaTypes, ending) ? mediaTypes[ending] : undefined;
}
