/** An integer as the database returns it: bigint from SQLite, number or text from others. */
export type StoredInteger = bigint | number | string;

/** A stored integer as a number; the columns read this way hold safe integers. */
export function numberOf(value: StoredInteger): number {
  return Number(value);
}

/** As {@link numberOf}; unknown stays unknown. */
export function numberOrNull(value: StoredInteger | null): number | null {
  return value === null ? null : Number(value);
}

/** A stored integer as bigint, exact to 64 bits. */
export function bigintOrNull(value: StoredInteger | null): bigint | null {
  return value === null ? null : BigInt(value);
}
