import { inspect } from 'node:util';
import { loadCatalog, type ModelRegistry } from '@lattice-lock/catalog';
import { formatModelRef, LatticeError, type ModelInfo, type ModelPrice, type TokenPrice } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { formatCount, formatUsdPerMillion } from '../terminal/figures.ts';
import { escapeLine } from '../terminal/terminal-text.ts';

/**
 * Shows what is known of a model, and where from.
 *
 * @throws LatticeError `LATTICE_UNKNOWN_MODEL` with names that are near
 */
export async function runCatalogShow(
  name: string,
  flags: { readonly json?: boolean },
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, context } = invocation;
  const nowMs = context.clock.now();
  const config = await loadCommandConfig(invocation);
  const catalog = await loadCatalog({ overlayFile: config.catalog.overlayFile });
  const models = findModels(catalog, config.aliases[name] ?? name);
  const shown = models.map((model) => ({
    model,
    price: catalog.priceAt(model, nowMs),
    priceSource: catalog.priceSourceAt(model, nowMs),
  }));
  if (flags.json === true) {
    const rows = shown.map(({ model, ...price }) => ({ id: formatModelRef(model), ...model, ...price }));
    out.json(rows.length === 1 ? rows[0] : { models: rows });
    return exitCodes.ok;
  }
  for (const [index, { model, price, priceSource }] of shown.entries()) {
    if (index > 0) out.line();
    out.line(out.paint.bold(escapeLine(formatModelRef(model))));
    for (const [label, value] of [...factRows(model), ...priceRows(price, priceSource)]) {
      out.line(`  ${label.padEnd(labelWidth)}${escapeLine(value)}`);
    }
  }
  return exitCodes.ok;
}

const labelWidth = 20;

function findModels(catalog: ModelRegistry, name: string): readonly ModelInfo[] {
  const models = catalog.find(name);
  if (models.length > 0) return models;
  throw new LatticeError('LATTICE_UNKNOWN_MODEL', `There is no model "${name}" in the catalog.`, {
    suggestions: catalog.near(name),
  });
}

type Row = readonly [label: string, value: string];

const yesNo = (value: boolean | null) => (value === null ? 'unknown' : value ? 'yes' : 'no');
const tokens = (count: number | null) => (count === null ? 'unknown' : `${formatCount(count)} tokens`);

function factRows(model: ModelInfo): readonly Row[] {
  const controls = model.reasoningControls;
  return [
    ['name', `${model.name}${model.aliases.length === 0 ? '' : ` (${model.aliases.join(', ')})`}`],
    ['status', `${model.status}${model.released === null ? '' : `, released ${model.released}`}`],
    ['context', tokens(model.contextTokens)],
    ['longest input', tokens(model.maxInputTokens)],
    ['longest output', tokens(model.maxOutputTokens)],
    ['takes', model.input.join(' ')],
    ['gives', model.output.join(' ')],
    ['tools', yesNo(model.tools)],
    ['structured output', yesNo(model.structuredOutput)],
    ['reasoning', controls === null ? yesNo(model.reasoning) : `yes: ${inspect(controls, { breakLength: Infinity })}`],
    ['facts from', `${model.source} (${model.asOf})`],
  ];
}

function rates(price: TokenPrice): string {
  const parts: readonly (readonly [string, bigint | undefined])[] = [
    ['in', price.inputPicoUsd],
    ['out', price.outputPicoUsd],
    ['cache read', price.cacheReadPicoUsd],
    ['cache write', price.cacheWritePicoUsd],
    ['cache write 1 h', price.cacheWriteLongPicoUsd],
    ['reasoning', price.reasoningPicoUsd],
  ];
  return parts
    .flatMap(([name, pico]) => (pico === undefined ? [] : [`${name} ${formatUsdPerMillion(pico)}`]))
    .join(', ');
}

function priceRows(price: ModelPrice | null, source: string | null): readonly Row[] {
  if (price === null) return [['price, $/M tokens', 'unknown now']];
  const tiers = (price.tiers ?? []).map((tier): Row => [
    `above ${formatCount(tier.aboveInputTokens)}`,
    rates(tier.price),
  ]);
  return [['price, $/M tokens', rates(price)], ...tiers, ['price from', source ?? 'unknown']];
}
