import type { WireData } from './wires/simulated-wire.ts';

/** How far behind the middle of a frame: in its payload, not in its headers. */
const middle = 0.75;

/** The same event with one bit the other way: in a binary frame in its payload, in a text in its first brace. */
export function flippedBit(data: WireData): Buffer {
  const bytes = Buffer.from(data);
  const at = typeof data === 'string' ? Math.max(0, bytes.indexOf('{')) : Math.floor(bytes.length * middle);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  return bytes;
}
