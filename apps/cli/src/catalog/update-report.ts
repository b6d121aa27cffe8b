import type { CatalogUpdate, OverlayDraft, PreparedUpdate, PriceAcceptance, PriceChange } from '@lattice-lock/catalog';
import { formatModelRef } from '@lattice-lock/contract';
import { formatTable } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import type { TextOutput } from '../terminal/text-output.ts';

/** A list that a person reads ends here; the rest is in `--json`. */
const longest = 40;

/** Of models that nothing happens to, a few names will do. */
const namedModels = 5;

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - longest;
  const more = rest > 0 ? [`... and ${rest} more; --json has all`] : [];
  return [title, ...lines.slice(0, longest).map((line) => `  ${line}`), ...more.map((line) => `  ${line}`), ''];
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'unknown';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

function isTaken({ ref, doubt }: PriceChange, acceptance: PriceAcceptance): boolean {
  return acceptance.models.has(ref) || (acceptance.all && doubt === null);
}

function priceLines(update: CatalogUpdate, acceptance: PriceAcceptance, { paint }: TextOutput): readonly string[] {
  const rows = update.prices.flatMap((change) => {
    const taken = isTaken(change, acceptance) ? paint.green('accepted') : paint.yellow('not accepted');
    const state =
      change.doubt === null || acceptance.models.has(change.ref) ? taken : paint.red(`refused: ${change.doubt}`);
    return change.parts.map(({ part, from, to }, index) => [
      index === 0 ? escapeLine(change.ref) : '',
      part,
      `${from ?? 'unknown'} -> ${to ?? 'unknown'}`,
      index === 0 ? state : '',
    ]);
  });
  if (rows.length === 0) return [];
  const columns = ['MODEL', 'PRICE', '$/M TOKENS', ''].map((title) => ({ title }));
  return [...formatTable(columns, rows, { columns: Infinity, title: paint.bold }), ''];
}

function addedLines({ added }: CatalogUpdate): readonly string[] {
  return added.map((model) => {
    const rates = model.price?.usdPerMillion;
    const price = rates === undefined ? 'price unknown' : `${rates.input}/${rates.output} $/M`;
    const context = model.facts.contextTokens ?? model.facts.maxInputTokens;
    return escapeLine(`${formatModelRef(model)}  context ${shown(context)}  ${price}`);
  });
}

/** How many of each provider, with a few names. */
function missingLines(missing: readonly string[]): readonly string[] {
  const providers = [...new Set(missing.map((ref) => ref.slice(0, ref.indexOf('/'))))];
  return providers.map((provider) => {
    const refs = missing.filter((ref) => ref.startsWith(`${provider}/`));
    const names = refs.slice(0, namedModels).map((ref) => ref.slice(provider.length + 1));
    const rest = refs.length - names.length;
    return escapeLine(`${provider}: ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`);
  });
}

/** The difference for people: prices one by one, then models, facts, and what was kept. */
export function updateLines(update: CatalogUpdate, acceptance: PriceAcceptance, out: TextOutput): readonly string[] {
  const { list, facts, freeModels, missing, kept, notes } = update;
  const lines = (texts: readonly string[]) => texts.map(escapeLine);
  const count = `${list.models.length} chat models read, ${list.notChat} other entries left out`;
  return [
    `${escapeLine(list.source)} (${list.format}, ${list.readOn}, sha256 ${list.sha256.slice(0, 12)}): ${count}`,
    '',
    ...priceLines(update, acceptance, out),
    ...section(`New models (${update.added.length}):`, addedLines(update)),
    ...section(
      'Price of 0, left unknown unless accepted by name:',
      lines(freeModels.filter((ref) => !acceptance.models.has(ref))),
    ),
    ...section(
      `Facts (${facts.length}):`,
      facts.map(({ ref, field, from, to }) => escapeLine(`${ref}  ${field}: ${shown(from)} -> ${shown(to)}`)),
    ),
    ...section(`Not in the list, left as they are (${missing.length}):`, missingLines(missing)),
    ...section('Kept:', lines(kept.map(({ ref, reason }) => `${ref}: ${reason}`))),
    ...section('Notes:', lines(notes)),
  ];
}

/** The difference for programs. */
export function updateJson(
  { update }: PreparedUpdate,
  acceptance: PriceAcceptance,
  { file, written }: { readonly file: string; readonly written: OverlayDraft | null },
): object {
  const { list, added, prices, facts, freeModels, missing, kept, notes } = update;
  const { models, ...origin } = list;
  return {
    list: { ...origin, models: models.length },
    added: added.map((model) => ({ model: formatModelRef(model), ...model.facts, price: model.price })),
    prices: prices.map((change) => ({
      model: change.ref,
      parts: change.parts,
      doubt: change.doubt,
      accepted: isTaken(change, acceptance),
    })),
    facts: facts.map(({ ref, ...change }) => ({ model: ref, ...change })),
    freeModels,
    missing,
    kept: kept.map(({ ref, reason }) => ({ model: ref, reason })),
    notes,
    overlayFile: file,
    written: written === null ? null : { ...written, text: undefined },
  };
}
