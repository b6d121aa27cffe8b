import {
  prepareCatalogUpdate,
  type OverlayDraft,
  type PreparedUpdate,
  type PriceAcceptance,
} from '@lattice-lock/catalog';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { TerminalDialog } from '../terminal/terminal-dialog.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';
import { defaultListUrl, readListSource } from './list-source.ts';
import { overlayTarget, type OverlayTarget } from './overlay-path.ts';
import { updateJson, updateLines } from './update-report.ts';

/** Flags of `lattice catalog update`. */
export interface CatalogUpdateFlags {
  readonly from?: string;
  readonly format?: 'auto' | 'models.dev' | 'litellm';
  readonly provider?: readonly string[];
  readonly write?: boolean;
  readonly out?: string;
  readonly acceptPrices?: boolean;
  readonly acceptPrice?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Shows what a public list would change, and writes it when told to. Exit code 1 when prices were left out of what was
 * written.
 *
 * @throws LatticeError what is wrong with the list, the overlay or the way to them; then nothing was written
 */
export async function runCatalogUpdate(flags: CatalogUpdateFlags, invocation: Invocation): Promise<ExitCode> {
  const { context } = invocation;
  const isAsked = flags.write === true && flags.yes !== true;
  if (isAsked && (context.stdin.isTerminal !== true || flags.json === true)) {
    throw new UsageError('Writing needs a person who is asked: add --yes where there is none.');
  }
  const config = await loadCommandConfig(invocation);
  const target = overlayTarget(flags.out, config, context);
  const list = await readListSource(flags.from ?? defaultListUrl, context);
  const prepared = await prepareCatalogUpdate({
    ...list,
    overlayFile: target.file,
    nowMs: context.clock.now(),
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.provider === undefined ? {} : { providers: flags.provider }),
  });
  const acceptance = acceptanceOf(flags, prepared);
  if (flags.json !== true)
    for (const line of updateLines(prepared.update, acceptance, invocation.out)) invocation.out.line(line);
  const written = flags.write === true ? await write(prepared, acceptance, { isAsked, target }, invocation) : null;
  if (flags.json === true) invocation.out.json(updateJson(prepared, acceptance, { file: target.file, written }));
  else report(written, flags, target, invocation);
  return written !== null && written.withheld.length > 0 ? exitCodes.failed : exitCodes.ok;
}

/** @throws UsageError for a model whose price the list does not change */
function acceptanceOf(flags: CatalogUpdateFlags, { update }: PreparedUpdate): PriceAcceptance {
  const models = flags.acceptPrice ?? [];
  const changed = [...update.prices.map(({ ref }) => ref), ...update.freeModels];
  const unknown = models.filter((ref) => !changed.includes(ref));
  if (unknown.length > 0) {
    throw new UsageError(
      `--accept-price ${unknown.join(', ')}: the list changes no price of this name (provider/model).`,
    );
  }
  return { all: flags.acceptPrices === true, models: new Set(models) };
}

async function write(
  prepared: PreparedUpdate,
  acceptance: PriceAcceptance,
  { isAsked, target }: { readonly isAsked: boolean; readonly target: OverlayTarget },
  invocation: Invocation,
): Promise<OverlayDraft | null> {
  if (!isAsked) return prepared.write(acceptance);
  const dialog = new TerminalDialog(invocation.context, invocation.context.stderr);
  const says = async (question: string) => /^y(es)?$/i.test(await dialog.ask(`${question} [y/N]: `));
  try {
    const ordinary = prepared.update.prices.filter(({ ref, doubt }) => doubt === null && !acceptance.models.has(ref));
    const asksPrices = ordinary.length > 0 && !acceptance.all;
    const all = acceptance.all || (asksPrices && (await says(`Accept ${ordinary.length} changed prices, too?`)));
    const settled = { ...acceptance, all };
    const { addedModels, changedFacts, changedPrices } = prepared.draft(settled);
    const sum = `${addedModels} new models, ${changedPrices} changed prices, ${changedFacts} changed facts`;
    return (await says(`Write ${sum} to ${escapeLine(target.file)}?`)) ? await prepared.write(settled) : null;
  } finally {
    dialog.close();
  }
}

function report(
  written: OverlayDraft | null,
  flags: CatalogUpdateFlags,
  { file, isConfigured }: OverlayTarget,
  { err }: Invocation,
): void {
  if (written === null) {
    err.line(flags.write === true ? 'Nothing was written.' : 'Nothing was written; --write puts it into the overlay.');
    return;
  }
  const { addedModels, changedPrices, changedFacts, withheld } = written;
  err.line(
    `${escapeLine(file)}: ${addedModels} new models, ${changedPrices} changed prices, ${changedFacts} changed facts.`,
  );
  if (withheld.length > 0) {
    err.line(
      err.paint.yellow(
        `${withheld.length} prices were left out: accept them with --accept-prices, those in doubt with --accept-price <model>.`,
      ),
    );
  }
  if (!isConfigured) {
    err.line(
      `It counts once the configuration names it: catalog.overlayFile in lattice.yaml, or LATTICE_CATALOG_FILE.`,
    );
  }
}
