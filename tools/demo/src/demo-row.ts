import { usdFromNano, type Decision } from '@lattice-lock/contract';
import { decisionReason } from './decision-reason.ts';
import type { StreamedCall } from './streamed-call.ts';
import { fit, type Column } from './text-columns.ts';

/** One line of the table: what a call was for, who answered and what it took, as the client was told. */
export interface DemoRow {
  readonly prompt: string;
  readonly task: string;
  readonly model: string;
  readonly why: string;
  readonly attempts: number;
  /** Known tokens of all attempts. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Known cost of all attempts. */
  readonly costNanoUsd: bigint;
  readonly unknownCosts: number;
  readonly durationMs: number;
}

/** The row of a call. Tokens and cost are added up over its attempts: a failed one may have used some. */
export function rowOf(prompt: string, call: StreamedCall, decision: Decision | null, why?: string): DemoRow {
  const { attempts } = call;
  const costs = attempts.map((attempt) => attempt.cost_nano_usd);
  return {
    prompt: prompt.replaceAll(/\s+/g, ' '),
    task: decision?.profile.kind ?? '',
    model: (call.model === '' ? (attempts.at(-1)?.model ?? '') : call.model).replace(/^[^/]*\//, ''),
    why: why ?? (decision === null ? '' : decisionReason(decision)),
    attempts: attempts.length,
    inputTokens: attempts.reduce((sum, attempt) => sum + (attempt.input_tokens ?? 0), 0),
    outputTokens: attempts.reduce((sum, attempt) => sum + (attempt.output_tokens ?? 0), 0),
    costNanoUsd: costs.reduce((sum, cost) => sum + BigInt(cost ?? 0), 0n),
    unknownCosts: costs.filter((cost) => cost === null).length,
    durationMs: call.durationMs,
  };
}

const columns: readonly Column[] = [
  { title: 'Prompt', width: 20 },
  { title: 'Task', width: 14 },
  { title: 'Model', width: 16 },
  { title: 'Why', width: 25 },
  { title: 'in/out', width: 7, align: 'right' },
  { title: 'US$', width: 8, align: 'right' },
  { title: 'ms', width: 4, align: 'right' },
];

/** The titles of the table, with a rule under them. */
export const tableHead: readonly string[] = [
  columns.map((column) => fit(column.title, column)).join(' '),
  columns.map(({ width }) => '─'.repeat(width)).join(' '),
];

/** A row as one line of at most 100 columns. */
export function rowLine(row: DemoRow): string {
  const cells = [
    row.prompt,
    row.task,
    row.model,
    row.why,
    `${row.inputTokens}/${row.outputTokens}`,
    row.unknownCosts > 0 && row.costNanoUsd === 0n ? 'unknown' : Number(usdFromNano(row.costNanoUsd)).toFixed(6),
    row.durationMs.toFixed(0),
  ];
  return columns
    .map((column, index) => fit(cells[index] ?? '', column))
    .join(' ')
    .trimEnd();
}
