import type { Message } from '@lattice-lock/contract';
import { UsageError } from '../usage-error.ts';
import { parseLine, type NumberedLine } from './line-reader.ts';

/** A strong and a weak model to choose between. */
export interface ModelPair {
  readonly strong: string;
  readonly weak: string;
}

/** One line of `lattice route --jsonl`. */
export interface BatchRequest {
  readonly id: string | number;
  readonly prompt: string;
  /** What was said before the prompt. */
  readonly history?: readonly Message[];
  /** Models to rank, in any spelling; all that are known without it. */
  readonly models: readonly string[] | undefined;
  readonly pairs: readonly ModelPair[];
  /** Names of the tools offered. */
  readonly tools: readonly string[];
}

const name = 'standard input';

/** @throws UsageError naming the line and what is wrong with it */
export function readBatchRequest(line: NumberedLine): BatchRequest {
  const { id, prompt, models, pairs, tools } = parseLine(line, name);
  const fault = (what: string) => new UsageError(`${name}, line ${line.number}: ${what}`);
  if (typeof id !== 'string' && typeof id !== 'number') throw fault('"id" must be a text or a number.');
  if (typeof prompt !== 'string') throw fault('"prompt" must be a text.');
  if (models !== undefined && !isTexts(models)) throw fault('"models" must be a list of names.');
  if (pairs !== undefined && !isPairs(pairs)) throw fault('"pairs" must be a list of {"strong": name, "weak": name}.');
  const offered = tools === undefined ? [] : toolNames(tools);
  if (offered === undefined) throw fault('"tools" must be a list of names or of objects with a "name".');
  return { id, prompt, models, pairs: pairs ?? [], tools: offered };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isPairs(value: unknown): value is readonly ModelPair[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => {
      if (typeof one !== 'object' || one === null) return false;
      const { strong, weak } = one as Readonly<Record<string, unknown>>;
      return typeof strong === 'string' && typeof weak === 'string';
    })
  );
}

/** The names of tools, given by name or as objects; `undefined` when they are neither. */
export function toolNames(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.map((one: unknown) => {
    if (typeof one === 'string') return one;
    const found =
      typeof one === 'object' && one !== null ? (one as Readonly<Record<string, unknown>>)['name'] : undefined;
    return typeof found === 'string' ? found : undefined;
  });
  return names.every((one) => one !== undefined) ? names : undefined;
}
