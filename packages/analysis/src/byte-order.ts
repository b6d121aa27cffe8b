/** Whether numbers stand in memory as files and encodings have them, the lowest byte first. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The 32-bit numbers that a base64 text of little-endian ones holds, as bytes in the order of this machine. */
export function wordsFromBase64(text: string): ArrayBuffer {
  // A copy: what a buffer is made of belongs to others as well, and need not begin where a number may.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  if (!isLittleEndian) Buffer.from(bytes.buffer).swap32();
  return bytes.buffer;
}

/** The base64 of 32-bit numbers, little-endian. */
export function wordsToBase64(words: Float32Array): string {
  const bytes = Buffer.from(words.slice().buffer);
  return (isLittleEndian ? bytes : bytes.swap32()).toString('base64');
}
