import { LatticeError, parseModelRef, type ModelCatalog, type ModelPrice } from '@lattice-lock/contract';
import type { PriceBook } from '@lattice-lock/testing/budget';

const free: ModelPrice = { inputPicoUsd: 0n, outputPicoUsd: 0n };

/** The variable that names the model behind the deployments of a vendor, as the catalog writes it: `openai/gpt-5-mini`. */
export function pricedAsVariable(provider: string): string {
  return `LATTICE_LIVE_PRICED_AS_${provider.toUpperCase()}`;
}

/**
 * The catalog's prices. A local model costs nothing. Behind the name of a deployment may stand any model: the operator
 * says which one by {@link pricedAsVariable}.
 */
export function livePrices(
  catalog: Pick<ModelCatalog, 'priceAt'>,
  environment: Readonly<Record<string, string | undefined>>,
): PriceBook {
  return {
    priceAt: (ref, atMs) => {
      if (ref.provider === 'local') return free;
      const variable = pricedAsVariable(ref.provider);
      const named = environment[variable];
      if (named === undefined || named === '') return catalog.priceAt(ref, atMs);
      const behind = parseModelRef(named);
      if (behind !== null) return catalog.priceAt(behind, atMs);
      throw new LatticeError('LATTICE_CONFIG', `${variable} is "${named}": write provider/model, as the catalog does.`);
    },
  };
}
