import type { Issue } from '@lattice-lock/contract';
import type { StrictYaml } from './strict-yaml.ts';

/** The way from the root of a document to a value in it. */
export type YamlPath = readonly (string | number)[];

/** A map of a document whose keys are known. */
export type YamlFields = Readonly<Record<string, unknown>>;

/** A document that is read to its end whatever is wrong with it, so that its author sees every problem at once. */
export class CheckedYaml {
  /** What was wrong so far, each with its line and column. */
  readonly issues: Issue[] = [];
  readonly #yaml: StrictYaml;

  constructor(yaml: StrictYaml) {
    this.#yaml = yaml;
  }

  get value(): unknown {
    return this.#yaml.value;
  }

  placeOf(path: YamlPath): string {
    return this.#yaml.placeOf(path);
  }

  report(path: YamlPath, message: string): void {
    this.issues.push({ path: this.placeOf(path), message });
  }

  /** A map without unknown keys; empty where it is none. */
  fields(value: unknown, path: YamlPath, known: readonly string[]): YamlFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.report(path, `must be a map with ${known.join(', ')}`);
      return {};
    }
    for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
      this.report([...path, key], `unknown key "${key}": known are ${known.join(', ')}`);
    }
    return value as YamlFields;
  }

  /** A list; empty where it is absent or none. */
  list(value: unknown, path: YamlPath): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.report(path, 'must be a list');
    return [];
  }
}
