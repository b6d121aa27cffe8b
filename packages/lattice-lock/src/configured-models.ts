import { formatModelRef, type ModelInfo, type ProviderDefinition } from '@lattice-lock/contract';
import type { ProviderRegistry } from '@lattice-lock/provider-kit';

/**
 * Models beyond the catalog: those a provider package brings, and those the operator lists for a provider, of which
 * only the name and the wire's abilities are known.
 */
export function describeConfiguredModels(
  definitions: readonly ProviderDefinition[],
  registry: ProviderRegistry,
): readonly ModelInfo[] {
  const models = new Map<string, ModelInfo>();
  for (const model of definitions.flatMap((definition) => definition.models)) models.set(formatModelRef(model), model);
  for (const provider of registry.list()) {
    for (const name of provider.models) {
      const model = listedModel(provider.id, name, provider.definition);
      if (!models.has(formatModelRef(model))) models.set(formatModelRef(model), model);
    }
  }
  return [...models.values()];
}

/**
 * Providers that serve what was deployed or enabled there, as a resource of Azure, a region of Bedrock or a server of DIAL:
 * where the operator lists models, these are all there are.
 */
export function findNarrowedProviders(registry: ProviderRegistry): readonly string[] {
  return registry
    .list()
    .filter(({ models, definition }) => models.length > 0 && servesWhatIsEnabled(definition))
    .map((provider) => provider.id);
}

/** These have no one address: it is that of a resource, a region or a server. */
function servesWhatIsEnabled({ needsApiKey, defaultBaseUrl }: ProviderDefinition): boolean {
  return needsApiKey && defaultBaseUrl === null;
}

function listedModel(provider: string, model: string, { capabilities }: ProviderDefinition): ModelInfo {
  return {
    provider,
    model,
    name: model,
    family: null,
    released: null,
    status: 'current',
    contextTokens: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    input: capabilities.images ? ['text', 'image'] : ['text'],
    output: ['text'],
    tools: capabilities.tools,
    structuredOutput: capabilities.structuredOutput === 'native',
    reasoning: false,
    reasoningControls: null,
    temperature: null,
    openWeights: false,
    aliases: [],
    prices: [],
    source: 'listed in the configuration',
    asOf: new Date().toISOString().slice(0, 10),
  };
}
