import type { JsonSchema, JsonValue } from '@lattice-lock/contract';
import { failedAssertion } from './failed-assertion.ts';
import { schemaMismatches } from './schema-mismatches.ts';

/** The least and the most; each may be absent. */
export interface LengthBounds {
  readonly min?: number;
  readonly max?: number;
}

/** How long an answer may be. */
export interface LengthLimits {
  /** Words as Unicode tells them apart (UAX 29), in any language. */
  readonly words?: LengthBounds;
  /** Characters as a reader counts them: an emoji or a letter with its accents is one. */
  readonly characters?: LengthBounds;
}

const segmenters = {
  words: new Intl.Segmenter(undefined, { granularity: 'word' }),
  characters: new Intl.Segmenter(undefined, { granularity: 'grapheme' }),
};

/** @throws AssertionError when a text has too few or too many words or characters */
export function assertLength(text: string, limits: LengthLimits): void {
  for (const unit of ['words', 'characters'] as const) {
    const { min = 0, max = Infinity } = limits[unit] ?? {};
    const count = countOf(text, unit);
    if (count >= min && count <= max) continue;
    const range = max === Infinity ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
    throw failedAssertion(`of ${range} ${unit}`, `it has ${count}`, text);
  }
}

function countOf(text: string, unit: 'words' | 'characters'): number {
  let count = 0;
  for (const segment of segmenters[unit].segment(text)) {
    if (unit === 'characters' || segment.isWordLike === true) count += 1;
  }
  return count;
}

/** @throws AssertionError when a text lacks one of the words; upper and lower case are the same */
export function assertContains(text: string, ...words: readonly string[]): void {
  const lower = text.normalize().toLocaleLowerCase();
  const missing = words.filter((word) => !lower.includes(word.normalize().toLocaleLowerCase()));
  if (missing.length === 0) return;
  const quoted = missing.map((word) => JSON.stringify(word)).join(', ');
  throw failedAssertion(`that contains ${quoted}`, missing.length === 1 ? 'it does not' : 'it lacks them', text);
}

/** @throws AssertionError when a text does not match */
export function assertMatches(text: string, pattern: RegExp): void {
  // A pattern with a memory (`g`, `y`) would go on where it ended the last time.
  const fresh = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  if (!fresh.test(text)) throw failedAssertion(`that matches ${String(pattern)}`, 'it does not', text);
}

/**
 * The value of a text that is JSON and nothing else, and fits a schema where one is given.
 *
 * @throws AssertionError naming every place that does not fit
 * @throws LatticeError `LATTICE_CONFIG` for a schema with a keyword that is not checked here
 */
export function assertJson(text: string, schema?: JsonSchema): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw failedAssertion('that is JSON', error instanceof Error ? error.message : 'it is not', text);
  }
  const mismatches = schema === undefined ? [] : schemaMismatches(value, schema);
  if (mismatches.length === 0) return value;
  const found = mismatches.map(({ path, message }) => `${path === '' ? 'it' : path} ${message}`).join('; ');
  throw failedAssertion('that fits the schema', found, text);
}
