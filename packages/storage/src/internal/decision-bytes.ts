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
}

/** Level 1: level 3 takes half as long again and saves 2 %. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The first byte of a decision in columns; one in plain JSON begins with `{`. */
const columnsMark = 2;

const lengthBytes = 4;

const compress = promisify(zstdCompress);

/** True for a parameter that is still to be packed. */
export function isDecisionColumns(value: unknown): value is DecisionColumns {
  return typeof value === 'object' && value !== null && 'numbers' in value;
}

/** A decision as it is stored: {@link bytesOf} compressed with Zstandard. */
export function packColumns(columns: DecisionColumns): Uint8Array {
  return zstdCompressSync(bytesOf(columns), packing);
}

/** As {@link packColumns}, compressed on a thread of Node's pool. */
export function packColumnsAside(columns: DecisionColumns): Promise<Uint8Array> {
  return compress(bytesOf(columns), packing);
}

/** Mark, length of the head, head, length of the texts, texts, figures. */
function bytesOf({ head, texts, numbers }: DecisionColumns): Uint8Array {
  const bytes = Buffer.allocUnsafe(1 + 2 * lengthBytes + 3 * (head.length + texts.length) + numbers.byteLength);
  let at = bytes.writeUInt8(columnsMark);
  for (const text of [head, texts]) {
    const length = bytes.write(text, at + lengthBytes);
    at = bytes.writeUInt32LE(length, at) + length;
  }
  for (const number of numbers) at = bytes.writeDoubleLE(number, at);
  return bytes.subarray(0, at);
}

/** What was packed: columns, or the JSON of a decision as the first version stored it. */
export function unpackColumns(packed: Uint8Array): DecisionColumns | string {
  const bytes = zstdDecompressSync(packed);
  if (bytes[0] !== columnsMark) return bytes.toString();
  let at = 1;
  const text = () => {
    const start = at + lengthBytes;
    at = start + bytes.readUInt32LE(at);
    return bytes.toString('utf8', start, at);
  };
  const [head, texts] = [text(), text()];
  const numbers = Float64Array.from({ length: (bytes.length - at) / 8 }, (_unused, index) =>
    bytes.readDoubleLE(at + index * 8),
  );
  return { head, texts, numbers };
}
