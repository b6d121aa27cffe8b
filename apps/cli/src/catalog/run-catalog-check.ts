import { inspectCatalogOverlay, loadCatalog, type ModelRegistry, type OverlayInspection } from '@lattice-lock/catalog';
import type { AppConfig } from '@lattice-lock/config';
import { parseModelRef } from '@lattice-lock/contract';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { createUsageReport } from '../usage/usage-report.ts';
import { providerAges } from './catalog-age.ts';

/** Flags of `lattice catalog check`. */
export interface CatalogCheckFlags {
  readonly maxAgeDays: number;
  readonly json?: boolean;
}

/** A model that was called and whose price is not known now. */
interface UnpricedModel {
  readonly model: string;
  readonly calls: number;
}

/**
 * Says how old models and prices are and what the overlay makes of them. Exit code 1 when something is too old.
 *
 * @throws LatticeError `LATTICE_CATALOG` (exit code 78) with every problem of the overlay, unknown models among them
 */
export async function runCatalogCheck(flags: CatalogCheckFlags, invocation: Invocation): Promise<ExitCode> {
  const nowMs = invocation.context.clock.now();
  const config = await loadCommandConfig(invocation);
  const { overlayFile } = config.catalog;
  const catalog = await loadCatalog({ overlayFile });
  const overlay = overlayFile === null ? null : await inspectCatalogOverlay(overlayFile, nowMs);
  const ages = providerAges(catalog.list(), overlay?.sources ?? [], nowMs);
  const stale = ages.filter(({ ageDays }) => ageDays > flags.maxAgeDays);
  const unpriced = await findUnpriced(config, catalog, nowMs);
  const isGood = stale.length === 0;
  const { maxAgeDays } = flags;
  if (flags.json === true) {
    const models = catalog.list().length;
    invocation.out.json({ ok: isGood, models, maxAgeDays, providers: ages, stale, unpricedInUse: unpriced, overlay });
  } else {
    const { out, err } = invocation;
    for (const { provider, asOf, ageDays, models } of ages) {
      const line = `${provider}: ${models} models, as of ${asOf} (${ageDays} days old)`;
      out.line(ageDays > maxAgeDays ? out.paint.yellow(`${line}: older than ${maxAgeDays} days`) : line);
    }
    for (const line of [...unpricedLines(unpriced), ...overlayLines(overlay)]) out.line(line);
    if (stale.length > 0) {
      err.line(err.paint.yellow('Prices may have changed since. "lattice catalog update" shows what did.'));
    }
  }
  return isGood ? exitCodes.ok : exitCodes.failed;
}

/** Models of the ledger, simulated calls aside, that have no price in force. */
async function findUnpriced(
  config: AppConfig,
  catalog: ModelRegistry,
  nowMs: number,
): Promise<readonly UnpricedModel[]> {
  if (!hasStorage(config)) return [];
  const storage = await openCommandStorage(config);
  try {
    const { real } = await createUsageReport(storage.ledger, 'model', {});
    return real.rows.flatMap(({ group, entries }) => {
      const ref = parseModelRef(group);
      const isPriced = ref !== null && catalog.priceAt(ref, nowMs) !== null;
      return isPriced ? [] : [{ model: group, calls: entries }];
    });
  } finally {
    await storage.close();
  }
}

function unpricedLines(unpriced: readonly UnpricedModel[]): readonly string[] {
  if (unpriced.length === 0) return [];
  const names = unpriced.map(({ model, calls }) => `${escapeLine(model)} (${calls} calls)`);
  return [`In use without a price: ${names.join(', ')}. Give one in an overlay; the cost of those calls is unknown.`];
}

function overlayLines(overlay: OverlayInspection | null): readonly string[] {
  if (overlay === null) return ['No overlay: catalog.overlayFile names none.'];
  const { file, added, removed, shadowed, idle, sources } = overlay;
  return [
    `Overlay ${file}: ${added.length} models added, ${shadowed.length} shadowed, ${removed.length} removed`,
    ...sources.map(({ source, readOn, sha256 }) => `  read: ${source}, ${readOn}, sha256 ${sha256}`),
    ...shadowed.map(({ ref, fields, price }) => {
      const moved = price === null ? [] : [`price ${price.from ?? 'unknown'} -> ${price.to ?? 'unknown'} $/M`];
      const said = [...moved, ...fields].join(', ');
      return `  shadows ${ref}: ${said === '' ? 'prices of another time' : said}`;
    }),
    ...idle.map((ref) => `  says nothing new of ${ref}: the catalog has it so`),
  ].map(escapeLine);
}
