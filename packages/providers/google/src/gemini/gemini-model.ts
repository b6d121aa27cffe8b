import { LatticeError } from '@lattice-lock/contract';

/** Which of Google's two doors is spoken to; they share the wire and differ in paths and a few fields. */
export type GeminiService =
  | { readonly type: 'gemini' }
  /** `parent` is `projects/{project}/locations/{location}`. */
  | { readonly type: 'vertex'; readonly parent: string };

/**
 * The resource of a model as a path without a leading slash: `models/gemini-2.5-flash`, or below project and location
 * on Vertex AI. Takes a bare name, `models/..`, `tunedModels/..`, `publisher/model`, `publishers/..` and `projects/..`.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for a name that would lead out of its path
 */
export function modelResource(model: string, service: GeminiService): string {
  const segments = model.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', `"${model}" is not the name of a model of Google.`, { model });
  }
  const name = segments.map(encodeURIComponent).join('/');
  if (service.type === 'gemini') return /^(?:models|tunedModels)\//.test(name) ? name : `models/${name}`;
  if (name.startsWith('projects/')) return name;
  if (name.startsWith('publishers/')) return `${service.parent}/${name}`;
  if (name.startsWith('models/')) return `${service.parent}/publishers/google/${name}`;
  const [publisher, rest] = segments.length === 2 ? name.split('/') : ['google', name];
  return `${service.parent}/publishers/${publisher}/models/${rest}`;
}

/** What a model's name says about it; `null` for what it does not say. */
export interface ModelFacts {
  /** Major and minor version as one number, e.g. 2.5 or 3.8; infinity for names such as `gemini-flash-latest`. */
  readonly version: number | null;
  readonly size: 'pro' | 'flash' | 'flash-lite' | null;
}

/** Reads version and size from a name such as `models/gemini-3.1-flash-lite-preview`. Gemma and others give nothing. */
export function modelFactsOf(model: string): ModelFacts {
  const name = /gemini-(?:(\d+(?:\.\d+)?)-)?(pro|flash-lite|flash)?/.exec(model);
  if (name === null) return { version: null, size: null };
  const size = (name[2] ?? null) as ModelFacts['size'];
  if (name[1] !== undefined) return { version: Number(name[1]), size };
  return { version: /-latest$/.test(model) ? Number.POSITIVE_INFINITY : null, size };
}

/**
 * Whether a model is steered by temperature, top-p and penalties. Those of 3.5 Flash-Lite, 3.6 Flash and later ignore
 * the former and refuse the latter (ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.6).
 */
export function takesSampling({ version, size }: ModelFacts): boolean {
  return version === null || version < 3.5 || (version === 3.5 && size !== 'flash-lite');
}
