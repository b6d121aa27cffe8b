import { formatModelRef } from '@lattice-lock/contract';
import type { ModelEntry } from 'lattice-lock';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession, simulatorNotice } from '../lattice-session.ts';
import { formatTable } from '../terminal/table.ts';
import { modelColumns, modelRow, modelStatus, type ListedProvider } from './model-row.ts';

/** Flags of `lattice models`. */
export interface ModelsFlags {
  readonly provider?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Lists models: those that can be called now, or those that were searched for, whether they can or not. */
export async function runModels(
  search: string | undefined,
  flags: ModelsFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const { lattice } = session;
    const [models, providers] = await Promise.all([lattice.models(), lattice.providers()]);
    const found = models.filter((model) => isAskedFor(model, search, flags, providers));
    const nowMs = invocation.context.clock.now();
    if (flags.json === true) {
      invocation.out.json({
        simulated: lattice.simulated,
        models: found.map((model) => ({
          id: formatModelRef(model),
          availability: modelStatus(model, providers),
          ...model,
        })),
      });
    } else {
      showTable(found, providers, nowMs, invocation);
      const hidden = models.length - found.length;
      const { err } = invocation;
      err.line(err.paint.dim(`${found.length} models${hidden > 0 ? `; ${hidden} more with --all` : ''}.`));
    }
    if (lattice.simulated) invocation.err.line(invocation.err.paint.yellow(simulatorNotice));
    return exitCodes.ok;
  } finally {
    await session.close();
  }
}

function isAskedFor(
  model: ModelEntry,
  search: string | undefined,
  { provider, all }: ModelsFlags,
  providers: readonly ListedProvider[],
): boolean {
  if (provider !== undefined && !isProvider(model.provider, provider, providers)) return false;
  if (search !== undefined && !matches(model, search)) return false;
  if (all === true) return true;
  if (model.status === 'deprecated') return false;
  return model.configured || provider !== undefined || search !== undefined;
}

function isProvider(id: string, wanted: string, providers: readonly ListedProvider[]): boolean {
  const name = wanted.toLowerCase();
  const aliases = providers.find((provider) => provider.id === id)?.definition.aliases ?? [];
  return id === name || aliases.includes(name);
}

function matches(model: ModelEntry, search: string): boolean {
  const names = [formatModelRef(model), model.name, model.family ?? '', ...model.aliases];
  return names.some((name) => name.toLowerCase().includes(search.toLowerCase()));
}

function showTable(
  models: readonly ModelEntry[],
  providers: readonly ListedProvider[],
  nowMs: number,
  { out }: Invocation,
): void {
  if (models.length === 0) return;
  const rows = models.map((model) => modelRow(model, modelStatus(model, providers), nowMs));
  // A pipe gets whole names, however wide.
  const columns = out.isTerminal ? out.columns : Infinity;
  for (const line of formatTable(modelColumns, rows, { columns, title: out.paint.bold })) out.line(line);
}
