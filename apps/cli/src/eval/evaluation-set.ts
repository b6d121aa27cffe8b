import path from 'node:path';
import { readRowFile, rowFilesAt, rowFileSuffix } from '../router/row-files.ts';
import { UsageError } from '../usage-error.ts';
import { readEvaluationRow, type EvaluationRow } from './evaluation-row.ts';

/** Rows that are evaluated together. */
export interface EvaluationSet {
  readonly name: string;
  readonly rows: readonly EvaluationRow[];
  /** Some of its outcomes follow from judgements. */
  readonly isJudged: boolean;
}

/** Reads files and folders into sets, by `dataset` of the rows, else by file. @throws UsageError naming file and line */
export async function readEvaluationSets(places: readonly string[], cwd: string): Promise<readonly EvaluationSet[]> {
  const rows = new Map<string, EvaluationRow[]>();
  for (const place of places) {
    for (const file of await rowFilesAt(place, cwd)) {
      const name = path.basename(file);
      for await (const line of readRowFile(file)) {
        const row = readEvaluationRow(line, name, name.replace(rowFileSuffix, ''));
        const known = rows.get(row.set);
        if (known === undefined) rows.set(row.set, [row]);
        else known.push(row);
      }
    }
  }
  if (rows.size === 0) throw new UsageError(`${places.join(', ')}: there are no rows to evaluate.`);
  return [...rows].map(([name, some]) => ({ name, rows: some, isJudged: some.some(({ isJudged }) => isJudged) }));
}
