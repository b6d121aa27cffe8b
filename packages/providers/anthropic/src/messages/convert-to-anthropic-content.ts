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

/** The vendor's form of a prompt-cache breakpoint; five minutes is its default and stays unsaid. */
function cacheControlField(cacheControl: CacheControl | undefined): JsonObject {
  if (cacheControl === undefined) return {};
  const ttl = cacheControl.ttl === '5m' ? {} : { ttl: cacheControl.ttl };
  return { cache_control: { type: 'ephemeral', ...ttl } };
}

/** Text, image and document parts as content blocks. The vendor refuses blank text blocks, so they are left out. */
export function convertToAnthropicContent(
  content: string | readonly (TextPart | ImagePart | FilePart)[],
  warn: Warn,
): JsonObject[] {
  if (typeof content === 'string') return content.trim() === '' ? [] : [{ type: 'text', text: content }];
  const blocks: JsonObject[] = [];
  for (const part of content) {
    if (part.type === 'image') blocks.push(imageBlock(part, warn));
    else if (part.type === 'file') blocks.push(documentBlock(part));
    else if (part.text.trim() !== '') {
      blocks.push({ type: 'text', text: part.text, ...cacheControlField(part.cacheControl) });
    }
  }
  return blocks;
}

function imageBlock(part: ImagePart, warn: Warn): JsonObject {
  if (part.detail === 'low' || part.detail === 'high') {
    warn('Anthropic has no image detail setting; `detail` was left out.');
  }
  const source = inlineSource(part.source);
  return {
    type: 'image',
    source:
      source.type === 'url'
        ? { type: 'url', url: source.url }
        : { type: 'base64', media_type: source.mediaType, data: source.data },
    ...cacheControlField(part.cacheControl),
  };
}

function documentBlock(part: FilePart): JsonObject {
  return {
    type: 'document',
    source: documentSource(inlineSource(part.source)),
    ...(part.filename === undefined ? {} : { title: part.filename }),
    ...cacheControlField(part.cacheControl),
  };
}

function documentSource(source: MediaSource): JsonObject {
  if (source.type === 'url') return { type: 'url', url: source.url };
  const mediaType = source.mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data: source.data };
  if (mediaType.startsWith('text/') || mediaType === 'application/json') {
    return { type: 'text', media_type: 'text/plain', data: Buffer.from(source.data, 'base64').toString('utf8') };
  }
  throw new LatticeError(
    'LATTICE_UNSUPPORTED',
    `Anthropic takes PDF and text documents, not ${mediaType || 'files without a media type'}. Convert the file, or send it as an image or as text.`,
  );
}

const dataUrl = /^data:([^;,]+)(?:;[^;,]+)*;base64,/i;

/** A `data:` URL holds its bytes itself: the vendor wants them as base64, not as a URL to fetch. */
function inlineSource(source: MediaSource): MediaSource {
  if (source.type !== 'url') return source;
  const match = dataUrl.exec(source.url);
  if (match?.[1] === undefined) return source;
  return { type: 'base64', mediaType: match[1].toLowerCase(), data: source.url.slice(match[0].length) };
}
