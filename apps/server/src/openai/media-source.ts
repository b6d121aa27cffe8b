import type { MediaSource } from '@lattice-lock/contract';
import { invalidField } from './request-problem.ts';

/** The first bytes of the formats that models take (their specifications' magic numbers). */
const signatures: readonly { readonly mediaType: string; readonly offset: number; readonly bytes: string }[] = [
  { mediaType: 'image/png', offset: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { mediaType: 'image/jpeg', offset: 0, bytes: '\xff\xd8\xff' },
  { mediaType: 'image/gif', offset: 0, bytes: 'GIF8' },
  { mediaType: 'image/webp', offset: 8, bytes: 'WEBP' },
  { mediaType: 'application/pdf', offset: 0, bytes: '%PDF-' },
];

/** Base64 characters that hold the first 18 bytes, enough for every signature. */
const signatureChars = 24;

/**
 * Reads the URL of an image part: a data URL, whose base64 text is kept as it came, or an http(s) URL, which is passed
 * on for the vendor to fetch and never fetched by the gateway.
 *
 * @throws RequestProblem 400 that names `param`
 */
export function imageSource(url: string, param: string): MediaSource {
  if (isDataUrl(url)) {
    const source = dataUrlSource(url, param);
    if (source.mediaType.startsWith('image/')) return source;
    throw invalidField(
      param,
      `"${source.mediaType}" in ${param} is not an image; send documents as a part of type "file".`,
    );
  }
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { type: 'url', url };
  throw invalidField(param, `${param} must be a data URL (data:image/png;base64,...) or an http(s) URL.`);
}

/**
 * Reads the `file_data` of a file part, a data URL.
 *
 * @throws RequestProblem 400 that names `param`
 */
export function fileSource(fileData: string, param: string): MediaSource {
  if (isDataUrl(fileData)) return dataUrlSource(fileData, param);
  throw invalidField(param, `${param} must be a data URL such as data:application/pdf;base64,...`);
}

function isDataUrl(url: string): boolean {
  return url.slice(0, 5).toLowerCase() === 'data:';
}

/** RFC 2397, base64 form only. */
function dataUrlSource(url: string, param: string): MediaSource & { readonly type: 'base64' } {
  const comma = url.indexOf(',');
  const [type = '', ...parameters] = url.slice(5, Math.max(comma, 0)).toLowerCase().split(';');
  if (comma < 0 || parameters.at(-1)?.trim() !== 'base64' || !/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type)) {
    throw invalidField(param, `${param} must have the form data:<media type>;base64,<data>.`);
  }
  const data = url.slice(comma + 1);
  if (!isBase64(data)) throw invalidField(param, `The data of ${param} is not base64 (RFC 4648, section 4).`);
  const mediaType = type === 'image/jpg' ? 'image/jpeg' : type;
  const actual = mediaTypeOf(data);
  if (actual !== null && actual !== mediaType) {
    throw invalidField(param, `${param} is declared as ${mediaType}, but its bytes are ${actual}. Declare what it is.`);
  }
  return { type: 'base64', mediaType, data };
}

/** Looks for the first character outside the alphabet: a search needs no backtracking, however large the image. */
function isBase64(data: string): boolean {
  const end = data.search(/[^A-Za-z0-9+/]/);
  const digits = end < 0 ? data.length : end;
  const padding = data.slice(digits);
  return digits > 0 && digits % 4 !== 1 && (padding === '' || padding === '=' || padding === '==');
}

/** The format whose signature the bytes carry; `null` when they carry none of those known. */
function mediaTypeOf(base64: string): string | null {
  const head = Buffer.from(base64.slice(0, signatureChars), 'base64').toString('latin1');
  return signatures.find(({ offset, bytes }) => head.startsWith(bytes, offset))?.mediaType ?? null;
}
