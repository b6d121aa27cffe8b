import type { ModelPrice, PricePeriod } from '@lattice-lock/contract';
import type { Lattice, ModelEntry } from 'lattice-lock';
import { formatContext, formatUsdPerMillion } from '../terminal/figures.ts';
import type { TableColumn } from '../terminal/table.ts';

/** A provider with what it still needs, as the facade lists it. */
export type ListedProvider = Awaited<ReturnType<Lattice['providers']>>[number];

/** Whether a model can be called now, and if not, what is missing. */
export type ModelStatus = 'configured' | 'simulated' | `needs ${string}` | 'not installed';

/** The status of a model. */
export function modelStatus(model: ModelEntry, providers: readonly ListedProvider[]): ModelStatus {
  if (model.simulated) return 'simulated';
  if (model.configured) return 'configured';
  const provider = providers.find(({ id }) => id === model.provider);
  if (provider === undefined) return 'not installed';
  return `needs ${neededBy(provider)}`;
}

/** The variable that a provider lacks first, or where it is set up in the file. */
export function neededBy({ id, credentialSource, definition: { env, needsApiKey } }: ListedProvider): string {
  const lacksKey = needsApiKey && credentialSource === null;
  const [needed] = lacksKey ? [...env.apiKey, ...(env.ambient ?? [])] : env.baseUrl;
  return needed ?? `providers.${id}`;
}

/** The price in force at an instant; `null` when it is not known. */
export function priceInForce(prices: readonly PricePeriod[], atMs: number): ModelPrice | null {
  const period = prices.find(
    ({ from, until }) => (from === null || Date.parse(from) <= atMs) && (until === null || atMs < Date.parse(until)),
  );
  return period?.price ?? null;
}

/** What a model can do beyond text, in words. */
function abilitiesOf(model: ModelEntry): readonly string[] {
  return [
    ...(model.input.includes('image') ? ['vision'] : []),
    ...(model.input.includes('pdf') ? ['pdf'] : []),
    ...(model.input.includes('audio') ? ['audio'] : []),
    ...(model.tools ? ['tools'] : []),
    ...(model.structuredOutput === true ? ['json'] : []),
    ...(model.reasoning ? ['reasoning'] : []),
    ...(model.status === 'current' ? [] : [model.status]),
  ];
}

/** Columns of `lattice models`. */
export const modelColumns: readonly TableColumn[] = [
  { title: 'MODEL' },
  { title: 'STATUS' },
  { title: 'CONTEXT', align: 'right' },
  { title: '$/M IN', align: 'right' },
  { title: '$/M OUT', align: 'right' },
  { title: 'ABILITIES', isFlexible: true },
];

/** A model as a row of {@link modelColumns}. */
export function modelRow(model: ModelEntry, status: ModelStatus, nowMs: number): readonly string[] {
  const price = priceInForce(model.prices, nowMs);
  return [
    `${model.provider}/${model.model}`,
    status,
    formatContext(model.contextTokens),
    formatUsdPerMillion(price?.inputPicoUsd),
    formatUsdPerMillion(price?.outputPicoUsd),
    abilitiesOf(model).join(' '),
  ];
}
