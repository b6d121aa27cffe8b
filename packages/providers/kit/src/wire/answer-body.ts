import type { JsonObject } from '@lattice-lock/contract';

/** A text as a JSON object; `null` when it is anything else. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

/** Every vendor marks an error by a field of that name; a good answer may carry it empty. */
export function hasError(data: JsonObject): boolean {
  const error = data['error'];
  return (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '');
}

/** The first words of a body that is not what it should be, for an error message. */
export function excerpt(text: string): string {
  const plain = /^\s*</.test(text) ? text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : text;
  const line = plain.replace(/\s+/g, ' ').trim();
  return line === '' ? 'nothing' : `"${line.slice(0, 120)}${line.length > 120 ? '…' : ''}"`;
}
