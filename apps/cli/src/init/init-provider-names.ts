/** What `lattice init --provider` takes. Apart from the definitions, so that completing it loads no provider. */
export const initProviderNames = ['openai', 'anthropic', 'local', 'openai-compatible', 'none'] as const;
