/** The fields of a JSON object of a vendor, none of which is promised. */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = Object.freeze({});

/** A value's fields; of anything but an object, none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none;
}

/** A value's items; of anything but an array, none. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
