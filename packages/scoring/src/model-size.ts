import type { ModelInfo } from '@lattice-lock/contract';

/** How large a model is within its generation, as its vendor's name for it says. */
export type ModelSize = 'tiny' | 'small' | 'medium' | 'large';

/** Words of model ids by size: what vendors call their models. The first size that matches counts. */
const wordsOfSize: readonly (readonly [ModelSize, ReadonlySet<string>])[] = [
  ['tiny', new Set(['nano', 'micro', 'tiny', 'lite'])],
  ['small', new Set(['mini', 'haiku', 'flash', 'small', 'ministral', 'fast', 'spark'])],
  ['large', new Set(['opus', 'fable', 'pro', 'large', 'max', 'ultra', 'premier'])],
];

/** Billions of parameters up to which a model counts as that size. Source: `assumption`. */
const parameterBounds = Object.freeze({ tiny: 9, small: 35, medium: 200 });

/** `70b`, or `8x22b` for a mixture of experts. */
const parameters = /^(?:(\d+)x)?(\d+(?:\.\d+)?)b$/;

const sizes = new WeakMap<ModelInfo, ModelSize>();

/** The size a model's id tells: a word such as `mini` or `opus`, else its number of parameters, else `medium`. */
export function modelSize(model: ModelInfo): ModelSize {
  const known = sizes.get(model);
  if (known !== undefined) return known;
  const size = readSize(model.model);
  sizes.set(model, size);
  return size;
}

function readSize(id: string): ModelSize {
  const words = id.toLowerCase().split(/[^a-z0-9.]+/);
  for (const [size, names] of wordsOfSize) {
    if (words.some((word) => names.has(word))) return size;
  }
  for (const word of words) {
    const match = parameters.exec(word);
    if (match === null) continue;
    const billions = Number(match[1] ?? 1) * Number(match[2]);
    if (billions <= parameterBounds.tiny) return 'tiny';
    if (billions <= parameterBounds.small) return 'small';
    return billions <= parameterBounds.medium ? 'medium' : 'large';
  }
  return 'medium';
}
