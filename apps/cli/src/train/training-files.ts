import path from 'node:path';
import { toolNames } from '../router/batch-request.ts';
import { parseLine, type NumberedLine } from '../router/line-reader.ts';
import { readRowFile, rowFilesAt, rowFileSuffix } from '../router/row-files.ts';
import { UsageError } from '../usage-error.ts';

/** A row of a file to learn from: a prompt with outcomes of models, or with a label of its task, or both. */
export interface TrainingRow {
  readonly prompt: string;
  /** The data set; the file's name without one in the row. */
  readonly dataset: string;
  readonly category?: string;
  readonly cluster: string;
  readonly label?: string;
  readonly source?: string;
  readonly tools: readonly string[];
  readonly outcomes: Readonly<Record<string, { readonly score: number }>>;
}

/** The rows of all files, and how many each file held. */
export interface TrainingRows {
  readonly rows: readonly TrainingRow[];
  readonly files: Readonly<Record<string, number>>;
}

/** Reads a file, or every `*.jsonl` and `*.jsonl.gz` of a folder. @throws UsageError naming file and line */
export async function readTrainingRows(place: string, cwd: string): Promise<TrainingRows> {
  const rows: TrainingRow[] = [];
  const files: Record<string, number> = {};
  for (const file of await rowFilesAt(place, cwd)) {
    const name = path.basename(file);
    const before = rows.length;
    for await (const line of readRowFile(file)) rows.push(readRow(line, name));
    files[name] = rows.length - before;
  }
  if (rows.length === 0) throw new UsageError(`${place} holds no rows to learn from.`);
  return { rows, files };
}

function readRow(line: NumberedLine, name: string): TrainingRow {
  const fields = parseLine(line, name);
  const fault = (what: string) => new UsageError(`${name}, line ${line.number}: ${what}`);
  const text = (key: string): string | undefined => {
    const value = fields[key];
    if (value !== undefined && typeof value !== 'string') throw fault(`"${key}" must be a text.`);
    return value;
  };
  const prompt = text('prompt');
  if (prompt === undefined) throw fault('"prompt" is missing.');
  const tools = fields['tools'] === undefined ? [] : toolNames(fields['tools']);
  if (tools === undefined) throw fault('"tools" must be a list of names or of objects with a "name".');
  const optional = { category: text('category'), label: text('label'), source: text('source') };
  return {
    prompt,
    dataset: text('dataset') ?? name.replace(rowFileSuffix, ''),
    cluster: text('cluster') ?? `${name}:${line.number}`,
    tools,
    outcomes: readOutcomes(fields['outcomes'], fault),
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<TrainingRow>),
  };
}

function readOutcomes(value: unknown, fault: (what: string) => UsageError): TrainingRow['outcomes'] {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fault('"outcomes" must be an object of {"model": {"score": 0 to 1}}.');
  }
  for (const [model, outcome] of Object.entries(value) as [string, unknown][]) {
    const score =
      typeof outcome === 'object' && outcome !== null
        ? (outcome as Readonly<Record<string, unknown>>)['score']
        : undefined;
    if (typeof score !== 'number' || !(score >= 0 && score <= 1))
      throw fault(`the score of "${model}" must be a number from 0 to 1.`);
  }
  return value as TrainingRow['outcomes'];
}
