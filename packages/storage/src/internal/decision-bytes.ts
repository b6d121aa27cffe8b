import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

// Also runs in the writer thread, which resolves no packages: only Node's own modules are imported here.

/** A decision taken apart, so that taking it apart, handing it to a thread and packing it are cheap. */
export interface DecisionColumns {
  /** JSON of everything but the candidates. */
  readonly head: string;
  /** JSON of the candidates' texts, one after the other. */
  readonly texts: string;
  /** The candidates' figures, one after the other. */
  readonly numbers: Float64Array;
  /** The block of filtered candidates that follows them; `null` where all are here. */
  readonly blockId: string | null;
}

/** Level 1: level 3 takes half as long again and saves 2 %. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Shorter ones stay as they are, bytes: making a compressor costs more than what it saves of them. */
const leastPacked = 4096;

/** The first byte of a Zstandard frame (RFC 8878, section 3.1.1); no decision that stays as it is begins so. */
const frameMark = 0x28;

/** The first byte of a decision in columns, alone or with the id of a block; one in plain JSON begins with `{`. */
const columnsMark = 2;
const blockMark = 3;

const lengthBytes = 4;

const compress = promisify(zstdCompress);

/** True for a parameter that is still to be packed. */
export function isDecisionColumns(value: unknown): value is DecisionColumns {
  return typeof value === 'object' && value !== null && 'numbers' in value;
}

/** A decision as it is stored: {@link bytesOf}, compressed with Zstandard where that pays. */
export function packColumns(columns: DecisionColumns): Uint8Array {
  const bytes = bytesOf(columns);
  return bytes.length < leastPacked ? bytes : zstdCompressSync(bytes, packing);
}

/** As {@link packColumns}, compressed on a thread of Node's pool. */
export async function packColumnsAside(columns: DecisionColumns): Promise<Uint8Array> {
  const bytes = bytesOf(columns);
  return bytes.length < leastPacked ? bytes : compress(bytes, packing);
}

/** Mark, then each text behind its length: head, candidates' texts, the block's id where there is one; then the figures. */
function bytesOf({ head, texts, numbers, blockId }: DecisionColumns): Uint8Array {
  const parts = blockId === null ? [head, texts] : [head, texts, blockId];
  const room = parts.reduce((sum, text) => sum + lengthBytes + 3 * text.length, 1 + numbers.byteLength);
  const bytes = Buffer.allocUnsafe(room);
  let at = bytes.writeUInt8(blockId === null ? columnsMark : blockMark);
  for (const text of parts) {
    const length = bytes.write(text, at + lengthBytes);
    at = bytes.writeUInt32LE(length, at) + length;
  }
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return bytes.subarray(0, at);
}

/** What was packed: columns, or the JSON of a decision as the first version stored it. */
export function unpackColumns(packed: Uint8Array): DecisionColumns | string {
  const bytes = packed[0] === frameMark ? zstdDecompressSync(packed) : Buffer.from(packed);
  const [mark] = bytes;
  if (mark !== columnsMark && mark !== blockMark) return bytes.toString();
  let at = 1;
  const text = () => {
    const start = at + lengthBytes;
    at = start + bytes.readUInt32LE(at);
    return bytes.toString('utf8', start, at);
  };
  const [head, texts, blockId] = [text(), text(), mark === blockMark ? text() : null];
  if ((bytes.length - at) % 8 !== 0) throw new RangeError('a figure is cut');
  const numbers = Float64Array.from({ length: (bytes.length - at) / 8 }, (_unused, index) =>
    bytes.readDoubleLE(at + index * 8),
  );
  return { head, texts, numbers, blockId };
}
