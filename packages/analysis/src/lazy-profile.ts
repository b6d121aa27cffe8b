import type { TaskNeeds, TaskProfile } from '@lattice-lock/contract';

/** What only a reading of the text can tell. */
export type ReadFields = Omit<TaskProfile, 'needs' | 'inputTokens'> & Pick<TaskNeeds, 'language'>;

/** The text behind a profile, read when something of it is first asked for, and once. */
export class LazyReading {
  #read: (() => ReadFields) | undefined;
  #fields: ReadFields | undefined;

  constructor(read: () => ReadFields) {
    this.#read = read;
  }

  get fields(): ReadFields {
    this.#fields ??= this.#read?.();
    // The text is let go.
    this.#read = undefined;
    return this.#fields as ReadFields;
  }
}

/** Unseen by JSON, spreads and clones. */
const readingKey = Symbol('reading');

interface WithReading {
  readonly [readingKey]: LazyReading;
}

/** One getter for all profiles: with a closure for each, every profile would get a shape of its own. */
function fieldProperty(name: keyof ReadFields): PropertyDescriptor {
  return Object.freeze({
    enumerable: true,
    configurable: true,
    get(this: WithReading) {
      return this[readingKey].fields[name];
    },
  });
}

const leading = (['kind', 'kinds', 'domain', 'domains', 'difficulty', 'difficultyConfidence'] as const).map(
  (name) => [name, fieldProperty(name)] as const,
);
const expectedOutput = fieldProperty('expectedOutputTokens');
const evidence = fieldProperty('evidence');
const language = fieldProperty('language');

/**
 * A profile whose fields are own and enumerable, so that JSON, spreads, clones and comparisons see all of it, and whose
 * text is read when the first field that needs it is: a caller who names the model asks for none. Not frozen yet.
 */
export function lazyProfile(
  needs: Omit<TaskNeeds, 'language'>,
  inputTokens: number,
  reading: LazyReading,
): TaskProfile {
  const hidden = { value: reading };
  const known: object = Object.defineProperty({ ...needs }, readingKey, hidden);
  const profile: object = Object.defineProperty({}, readingKey, hidden);
  for (const [name, property] of leading) Object.defineProperty(profile, name, property);
  Object.assign(profile, { needs: Object.freeze(Object.defineProperty(known, 'language', language)), inputTokens });
  Object.defineProperty(profile, 'expectedOutputTokens', expectedOutput);
  return Object.defineProperty(profile, 'evidence', evidence) as TaskProfile;
}
