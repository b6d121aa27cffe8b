import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { FilePart, ImagePart, TextPart } from '@lattice-lock/contract';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';

/** What a file becomes in a prompt. */
export type PromptPart = TextPart | ImagePart | FilePart;

/** 20 MiB: the gateway's body limit, and no less than what vendors take for one image or document. */
const defaultMaxBytes = 20 * 1024 * 1024;

const signatures: readonly { readonly mediaType: string; readonly at: number; readonly bytes: string }[] = [
  { mediaType: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { mediaType: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { mediaType: 'image/gif', at: 0, bytes: 'GIF8' },
  { mediaType: 'image/webp', at: 8, bytes: 'WEBP' },
  { mediaType: 'application/pdf', at: 0, bytes: '%PDF-' },
];

/** The kind of a file by its first bytes: names lie. */
function mediaTypeOf(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 16).toString('latin1');
  return signatures.find((signature) => head.startsWith(signature.bytes, signature.at))?.mediaType;
}

/** The bytes as UTF-8 text; `null` when they are none. */
function decodeText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Bytes as part of a prompt: PNG, JPEG, GIF and WebP as images, PDF as a file, UTF-8 as text as it is.
 *
 * @throws UsageError when they are none of these
 */
export function createPromptPart(bytes: Buffer, name: string): PromptPart {
  const mediaType = mediaTypeOf(bytes);
  if (mediaType !== undefined) {
    const source = { type: 'base64', mediaType, data: bytes.toString('base64') } as const;
    if (mediaType !== 'application/pdf') return { type: 'image', source };
    return { type: 'file', source, filename: escapeLine(path.basename(name)) };
  }
  const text = decodeText(bytes);
  if (text !== null) return { type: 'text', text };
  throw new UsageError(
    `${escapeLine(name)} is a binary file of a kind that models do not read: give UTF-8 text, PNG, JPEG, GIF, WebP or PDF.`,
  );
}

/** Reads all of a stream, up to a bound. @throws UsageError when there is more */
export async function readBounded(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
  maxBytes = defaultMaxBytes,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > maxBytes) {
      throw new UsageError(
        `${escapeLine(name)} is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB, which is more than a prompt may hold: give a part of it.`,
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder: name the files in it',
  EACCES: 'there is no permission to read it',
};

/** Reads a file into a prompt; a text says which file it is. @throws UsageError missing, a folder, too big, empty, or of no readable kind */
export async function readPromptFile(file: string, cwd: string, flag = '--file'): Promise<PromptPart> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(createReadStream(path.resolve(cwd, file)), file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UsageError(`${flag} ${escapeLine(file)}: ${reasons[code] ?? `it cannot be read (${code})`}.`);
  }
  if (bytes.length === 0) throw new UsageError(`${flag} ${escapeLine(file)}: the file is empty.`);
  const part = createPromptPart(bytes, file);
  return part.type === 'text' ? { type: 'text', text: framed(file, part.text) } : part;
}

function framed(file: string, text: string): string {
  const name = escapeLine(file).replaceAll('"', "'");
  return `<file name="${name}">\n${text}${text.endsWith('\n') ? '' : '\n'}</file>`;
}
