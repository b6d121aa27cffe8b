import { hash, randomBytes } from 'node:crypto';

/** What every key begins with, so that people and secret scanners recognise one. */
const marker = 'lk_';

/** Random bytes in a key: 256 bits, far past guessing, so a fast hash is enough to store it. */
const randomByteCount = 32;

/** Characters of a key that are kept to recognise it by. */
export const prefixLength = 10;

const shape = /^lk_[A-Za-z0-9_-]{43}$/;

/** A new random key: `lk_` and 43 characters of base64url. */
export function generateApiKey(): string {
  return marker + randomBytes(randomByteCount).toString('base64url');
}

/** True for a text that could be a key; decides in constant time for any length, so that no other text is hashed. */
export function isApiKeyShaped(text: unknown): text is string {
  return typeof text === 'string' && shape.test(text);
}

/** The SHA-256 of a key, hex. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}
