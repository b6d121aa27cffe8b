/** The first 48 of an id's 128 bits are the time: twelve hexadecimal digits. */
const timeDigits = 12;

/**
 * A UUID of version 7 (RFC 9562, section 5.7): the milliseconds since the epoch, then 74 random bits. Ids made one after
 * the other sort next to each other, so that a database writes them to one page of an index instead of to one each.
 */
export function createOrderedId(nowMs: number = Date.now()): string {
  const time = Math.floor(nowMs).toString(16).padStart(timeDigits, '0');
  // What stands behind the version in a random UUID is random, but for the variant, which is the same.
  return `${time.slice(0, 8)}-${time.slice(8, timeDigits)}-7${crypto.randomUUID().slice(15)}`;
}
