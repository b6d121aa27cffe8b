import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EarlierColumns } from './earlier-columns.ts';

/** A decision taken apart. */
export interface DecisionColumns {
  /** JSON of everything but the candidates. */
  readonly head: string;
  /** JSON of the candidates' texts, one after the other. */
  readonly texts: string;
  /** The id of the block of filtered candidates that follow them; empty where all are here. */
  readonly filteredBlock: string;
  /** The id of the block of what ranked candidates say in every decision; empty where it is here. */
  readonly rankedBlock: string;
  /** The figures, one after the other. */
  readonly numbers: readonly number[];
}

/** What a row holds: columns, those of an earlier version with the id of their block, or JSON as the first version stored it. */
export type StoredDecision =
  | { readonly form: 'columns'; readonly columns: DecisionColumns }
  | { readonly form: 'earlier'; readonly columns: EarlierColumns; readonly filteredBlock: string }
  | { readonly form: 'json'; readonly json: string };

/** Level 1: level 3 takes half as long again and saves 2 %. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Shorter ones stay as they are, bytes: 40 ranked candidates are 8 kB, and to compress them costs as much as all else of
 * keeping them, to save half. Hundreds of ranked candidates are more.
 */
const leastPacked = 16_384;

/** The first byte of a Zstandard frame (RFC 8878, section 3.1.1); no decision that stays as it is begins so. */
const frameMark = 0x28;

/** The first byte of a decision in columns; one in plain JSON begins with `{`. */
const columnsMark = 4;
/** As earlier versions stored it, alone or with the id of a block. */
const earlierMark = 2;
const earlierBlockMark = 3;

const lengthBytes = 4;
const figureBytes = 8;

/** A decision as it is stored: a mark, each text behind its length, then the figures; compressed where that pays. */
export function packColumns(columns: DecisionColumns): Uint8Array {
  const { head, texts, filteredBlock, rankedBlock, numbers } = columns;
  const parts = [head, texts, filteredBlock, rankedBlock];
  let room = 1 + figureBytes * numbers.length;
  for (const text of parts) room += lengthBytes + Buffer.byteLength(text);
  // Memory of its own: from the pool, all of the pool would go along to a writer thread.
  const bytes = Buffer.allocUnsafeSlow(room);
  let at = bytes.writeUInt8(columnsMark);
  for (const text of parts) {
    const length = bytes.write(text, at + lengthBytes);
    at = bytes.writeUInt32LE(length, at) + length;
  }
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return bytes.length < leastPacked ? bytes : zstdCompressSync(bytes, packing);
}

/** What was packed. @throws RangeError, or an error of zlib, when the bytes are damaged */
export function unpackColumns(packed: Uint8Array): StoredDecision {
  const bytes = packed[0] === frameMark ? zstdDecompressSync(packed) : Buffer.from(packed);
  const [mark] = bytes;
  if (mark !== columnsMark && mark !== earlierMark && mark !== earlierBlockMark) {
    return { form: 'json', json: bytes.toString() };
  }
  let at = 1;
  const text = () => {
    const start = at + lengthBytes;
    at = start + bytes.readUInt32LE(at);
    if (at > bytes.length) throw new RangeError('a text is cut');
    return bytes.toString('utf8', start, at);
  };
  const [head, texts] = [text(), text()];
  const filteredBlock = mark === earlierMark ? '' : text();
  const rankedBlock = mark === columnsMark ? text() : '';
  if ((bytes.length - at) % figureBytes !== 0) throw new RangeError('a figure is cut');
  const length = (bytes.length - at) / figureBytes;
  const numbers = Array.from({ length }, (_unused, index) => bytes.readDoubleLE(at + index * figureBytes));
  if (mark === columnsMark) return { form: 'columns', columns: { head, texts, filteredBlock, rankedBlock, numbers } };
  return { form: 'earlier', columns: { head, texts, numbers }, filteredBlock };
}
