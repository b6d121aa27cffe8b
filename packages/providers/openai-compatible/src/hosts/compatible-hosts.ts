import { LatticeError, type ProviderDefinition } from '@lattice-lock/contract';
import profiles from './compatible-hosts.json' with { type: 'json' };
import { defineCompatibleHost } from './define-compatible-host.ts';
import type { HostProfile } from './host-profile.ts';

const defineAll = (): readonly ProviderDefinition[] => (profiles as readonly HostProfile[]).map(defineCompatibleHost);

// The calls are marked as pure, so that a bundle holds the vendors it uses and no other.
/** Every vendor of `compatible-hosts.json`; hand it to a registry to have them all. */
export const compatibleHosts: readonly ProviderDefinition[] = /* @__PURE__ */ defineAll();

function host(id: string): ProviderDefinition {
  const definition = compatibleHosts.find((known) => known.id === id);
  if (definition === undefined) throw new LatticeError('LATTICE_INTERNAL', `compatible-hosts.json has no "${id}".`);
  return definition;
}

/** Groq: `GROQ_API_KEY`. */
export const groq: ProviderDefinition = /* @__PURE__ */ host('groq');
/** DeepSeek: `DEEPSEEK_API_KEY`. A JSON schema is asked for in words and checked afterwards. */
export const deepseek: ProviderDefinition = /* @__PURE__ */ host('deepseek');
/** Mistral: `MISTRAL_API_KEY`. */
export const mistral: ProviderDefinition = /* @__PURE__ */ host('mistral');
/** OpenRouter: `OPENROUTER_API_KEY`. */
export const openrouter: ProviderDefinition = /* @__PURE__ */ host('openrouter');
/** Together AI: `TOGETHER_API_KEY`. */
export const together: ProviderDefinition = /* @__PURE__ */ host('together');
/** Fireworks AI: `FIREWORKS_API_KEY`. */
export const fireworks: ProviderDefinition = /* @__PURE__ */ host('fireworks');
/** Cerebras: `CEREBRAS_API_KEY`. */
export const cerebras: ProviderDefinition = /* @__PURE__ */ host('cerebras');
/** Perplexity: `PERPLEXITY_API_KEY`. It has no tools. */
export const perplexity: ProviderDefinition = /* @__PURE__ */ host('perplexity');
