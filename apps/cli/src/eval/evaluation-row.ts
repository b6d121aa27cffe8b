import { taskKinds, type Message, type TaskKind } from '@lattice-lock/contract';
import { toolNames } from '../router/batch-request.ts';
import { parseLine, type NumberedLine } from '../router/line-reader.ts';
import { UsageError } from '../usage-error.ts';

/** How well a model did on a prompt. */
export interface RowOutcome {
  /** 0 to 1. */
  readonly score: number;
  /** US dollars. */
  readonly cost?: number;
}

/** A row of a routing set. */
export interface EvaluationRow {
  readonly id: string | number;
  /** The set it belongs to. */
  readonly set: string;
  readonly prompt: string;
  /** What was said before the prompt. */
  readonly history: readonly Message[];
  readonly tools: readonly string[];
  /** Rows of one cluster are variants of one thing: samples are drawn by cluster. */
  readonly cluster: string;
  readonly category: string;
  readonly source: string;
  readonly label: TaskKind | undefined;
  readonly domain: string | undefined;
  readonly outcomes: Readonly<Record<string, RowOutcome>>;
  /** The outcomes follow from somebody's judgement and were not measured. */
  readonly isJudged: boolean;
  /** A model may have seen the prompt in training: its outcomes were left out. */
  readonly isContaminated: boolean;
}

/** Levels of model that a person can say a prompt needs, the smallest first; also the names of the models that stand for them. */
const modelLevels = ['small', 'medium', 'large'] as const;

type Fault = (what: string) => UsageError;

/** @throws UsageError naming file and line */
export function readEvaluationRow(line: NumberedLine, file: string, set: string): EvaluationRow {
  const fields = parseLine(line, file);
  const fault: Fault = (what) => new UsageError(`${file}, line ${line.number}: ${what}`);
  const text = (key: string): string | undefined => {
    const value = fields[key];
    if (value !== undefined && typeof value !== 'string') throw fault(`"${key}" must be a text.`);
    return value;
  };
  const { id = `${file}:${line.number}` } = fields;
  if (typeof id !== 'string' && typeof id !== 'number') throw fault('"id" must be a text or a number.');
  const prompt = text('prompt');
  if (prompt === undefined) throw fault('"prompt" is missing.');
  const tools = fields['tools'] === undefined ? [] : toolNames(fields['tools']);
  if (tools === undefined) throw fault('"tools" must be a list of names or of objects with a "name".');
  const label = readLabel(text('label'), fault);
  const domain = text('domain');
  const isContaminated = fields['contaminated'] === true;
  const measured = readOutcomes(fields['outcomes'], fault);
  const judged = measured === undefined ? readLevel(fields['level'], fault) : undefined;
  if (measured === undefined && judged === undefined && label === undefined && domain === undefined) {
    throw fault('nothing to measure: give "outcomes", a "level", a "label" or a "domain".');
  }
  return {
    id,
    set: text('dataset') ?? set,
    prompt,
    history: readHistory(fields['history'], fault),
    tools,
    cluster: text('cluster') ?? `${file}:${line.number}`,
    category: text('category') ?? domain ?? '',
    source: text('source') ?? text('dataset') ?? set,
    label,
    domain,
    outcomes: isContaminated ? {} : (measured ?? judged ?? {}),
    isJudged: judged !== undefined,
    isContaminated,
  };
}

function readLabel(label: string | undefined, fault: Fault): TaskKind | undefined {
  const kind = taskKinds.find((one) => one === label);
  if (label !== undefined && kind === undefined) {
    throw fault(`the label "${label}" is no task kind; there are ${taskKinds.join(', ')}.`);
  }
  return kind;
}

function readOutcomes(value: unknown, fault: Fault): EvaluationRow['outcomes'] | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value))
    throw fault('"outcomes" must be an object of {"model": {"score": 0 to 1, "cost"?: US dollars}}.');
  for (const [model, outcome] of Object.entries(value)) {
    const { score, cost } = isObject(outcome) ? outcome : {};
    if (typeof score !== 'number' || !(score >= 0 && score <= 1)) {
      throw fault(`the score of "${model}" must be a number from 0 to 1.`);
    }
    if (cost !== undefined && (typeof cost !== 'number' || !(cost >= 0 && cost < Infinity))) {
      throw fault(`the cost of "${model}" must be US dollars, 0 or more.`);
    }
  }
  return value as EvaluationRow['outcomes'];
}

/** A level becomes outcomes of the models that stand for the levels: those below it fail, the others do well. */
function readLevel(value: unknown, fault: Fault): EvaluationRow['outcomes'] | undefined {
  if (value === undefined) return undefined;
  const needed = modelLevels.findIndex((level) => level === value);
  if (needed === -1) throw fault(`"level" must be one of ${modelLevels.join(', ')}.`);
  return Object.fromEntries(modelLevels.map((level, at) => [level, { score: at >= needed ? 1 : 0 }]));
}

function readHistory(value: unknown, fault: Fault): readonly Message[] {
  if (value === undefined) return [];
  const messages = Array.isArray(value) ? value.map(readMessage) : [undefined];
  if (messages.some((one) => one === undefined)) {
    throw fault('"history" must be a list of {"role": "system", "user" or "assistant", "content": text}.');
  }
  return messages.filter((one) => one !== undefined);
}

function readMessage(value: unknown): Message | undefined {
  const { role, content } = isObject(value) ? value : {};
  if (typeof content !== 'string') return undefined;
  return role === 'system' || role === 'user' || role === 'assistant' ? { role, content } : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
