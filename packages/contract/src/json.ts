/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. A key may be absent; `undefined` is never sent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A JSON Schema document (draft 2020-12 unless a vendor asks for less), kept as the caller wrote it. */
export type JsonSchema = JsonObject;
