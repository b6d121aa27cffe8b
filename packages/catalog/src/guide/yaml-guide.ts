import { nearestNames } from '../edit-distance.ts';
import { parseYamlSource, type SourceProblem, type YamlSource } from '../yaml-source.ts';
import { sectionNames, sectionOf, type GuideName, type GuideSource, type GuideStatement } from './guide-source.ts';

type Path = readonly PropertyKey[];

/** Reads what a guide in YAML (or JSON) says. */
export function readYamlGuide(text: string, file: string): GuideSource {
  const source = parseYamlSource(text, file);
  if (source.problems.length > 0) return { statements: [], problems: source.problems };
  return new YamlGuideReader(source).read();
}

class YamlGuideReader {
  readonly #source: YamlSource;
  readonly #statements: GuideStatement[] = [];
  readonly #problems: SourceProblem[] = [];

  constructor(source: YamlSource) {
    this.#source = source;
  }

  read(): GuideSource {
    const { value } = this.#source;
    if (value !== null && value !== undefined) {
      if (isMap(value)) for (const [key, part] of Object.entries(value)) this.#section(key, part);
      else this.#report([], 'the file must hold a map with preferred, blocked, tasks, chains or ceilings.');
    }
    return { statements: this.#statements, problems: this.#problems };
  }

  #report(path: Path, message: string): void {
    this.#problems.push({ path: pathText(path), place: this.#source.place(path), message });
  }

  #section(key: string, value: unknown): void {
    const section = sectionOf(key);
    if (section === undefined) {
      const known = Object.keys(sectionNames);
      const [near] = nearestNames(
        key,
        known.map((name) => ({ name, spellings: [name] })),
        1,
      );
      const hint = near === undefined ? `known are ${known.join(', ')}.` : `did you mean ${near}?`;
      return this.#report([key], `is not a part of a guide: ${hint}`);
    }
    if (value === null) return;
    switch (section) {
      case 'preferred':
      case 'blocked':
        this.#statements.push({ type: section, models: this.#models(value, [key]) });
        return;
      case 'tasks':
        for (const [task, models] of this.#entries(value, [key], 'tasks to models, such as "code: [provider/model]"')) {
          const word = { text: task, place: this.#source.place([key, task]) };
          this.#statements.push({ type: 'task', task: word, models: this.#models(models, [key, task]) });
        }
        return;
      case 'chains':
        return this.#chains(value, [key]);
      case 'ceilings':
        return this.#ceilings(value, [key]);
    }
  }

  #entries(value: unknown, path: Path, expected: string): readonly (readonly [string, unknown])[] {
    if (isMap(value)) return Object.entries(value);
    this.#report(path, `must be a map of ${expected}.`);
    return [];
  }

  /** A name, `{model, reason}`, or a list of these. */
  #models(value: unknown, path: Path): readonly GuideName[] {
    if (Array.isArray(value)) return value.flatMap((item: unknown, index) => this.#model(item, [...path, index]));
    return this.#model(value, path);
  }

  #model(value: unknown, path: Path): readonly GuideName[] {
    const place = this.#source.place(path);
    if (typeof value === 'string' && value.trim() !== '') return [{ text: value.trim(), place, reason: null }];
    if (isMap(value)) {
      const { model, reason = null, ...others } = value;
      for (const key of Object.keys(others))
        this.#report([...path, key], 'is not known here; known are model and reason.');
      if (typeof model === 'string' && (reason === null || typeof reason === 'string')) {
        return [{ text: model.trim(), place: this.#source.place([...path, 'model']), reason }];
      }
    }
    this.#report(path, 'must be the name of a model, or a map of "model" and "reason".');
    return [];
  }

  #chains(value: unknown, path: Path): void {
    if (!Array.isArray(value)) return this.#report(path, 'must be a list of chains, each a list of models.');
    for (const [index, chain] of (value as readonly unknown[]).entries()) {
      const at = [...path, index];
      if (!Array.isArray(chain)) {
        this.#report(at, 'must be a list of models: the first, and what follows it.');
        continue;
      }
      this.#statements.push({ type: 'chain', models: this.#models(chain, at), place: this.#source.place(at) });
    }
  }

  #ceilings(value: unknown, path: Path): void {
    const everyRequest = new Set(['request', 'any', 'all', 'every request']);
    for (const [scope, amount] of this.#entries(value, path, 'ceilings in US dollars, such as "request: 0.05"')) {
      const at = [...path, scope];
      const place = this.#source.place(at);
      if (typeof amount !== 'number' && typeof amount !== 'string') {
        this.#report(at, 'must be an amount in US dollars, such as 0.05.');
        continue;
      }
      const text = String(amount)
        .trim()
        .replace(/^\$\s*/, '');
      const task = everyRequest.has(scope.toLowerCase()) ? null : { text: scope, place };
      this.#statements.push({ type: 'ceiling', task, amount: { text, place } });
    }
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pathText(keys: Path): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
