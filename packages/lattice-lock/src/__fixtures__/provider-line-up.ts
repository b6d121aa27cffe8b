import type { JsonObject } from '@lattice-lock/contract';

/** A provider of this house as the facade's tests configure it, and a model of it. */
export interface LineUpEntry {
  /** What stands under `providers` in `lattice.yaml`. */
  readonly provider: string;
  /** `provider/model`, by the provider's id. */
  readonly model: string;
  /** As the simulator names it. */
  readonly wire: string;
  /** The same model by another name of its provider. */
  readonly alias?: string;
  /** Where the credential is looked for in the environment; none for servers that need none. */
  readonly apiKeyEnv?: string;
  readonly baseUrlEnv?: string;
  /** Further settings. */
  readonly settings?: JsonObject;
  /** True when the catalog has its price. */
  readonly isPriced: boolean;
  /** False for a vendor without tools. Default true. */
  readonly hasTools?: boolean;
}

/** These vendors send usage unasked; the simulator, as OpenAI, only when it is asked for. */
const asksForUsage = { options: { streamUsage: true } } as const;

/** One entry for each wire, a second account over Responses, Vertex AI, and the eight compatible vendors. */
export const providerLineUp: readonly LineUpEntry[] = [
  {
    provider: 'openai',
    model: 'openai/gpt-5-mini',
    alias: 'gpt/gpt-5-mini',
    wire: 'openai-chat',
    apiKeyEnv: 'OPENAI_API_KEY',
    baseUrlEnv: 'OPENAI_BASE_URL',
    isPriced: true,
  },
  {
    provider: 'openai-responses',
    model: 'openai-responses/gpt-5-mini',
    wire: 'openai-responses',
    settings: { kind: 'openai', models: ['gpt-5-mini'], options: { api: 'responses' } },
    isPriced: false,
  },
  {
    provider: 'anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    alias: 'claude/claude-sonnet-4-5',
    wire: 'anthropic-messages',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
    baseUrlEnv: 'ANTHROPIC_BASE_URL',
    isPriced: true,
  },
  {
    provider: 'local',
    model: 'local/llama-test',
    alias: 'ollama/llama-test',
    wire: 'ollama-chat',
    baseUrlEnv: 'LOCAL_BASE_URL',
    settings: { passthrough: true },
    isPriced: false,
  },
  {
    provider: 'google',
    model: 'google/gemini-2.5-flash',
    alias: 'gemini/gemini-2.5-flash',
    wire: 'gemini',
    apiKeyEnv: 'GEMINI_API_KEY',
    baseUrlEnv: 'GOOGLE_GEMINI_BASE_URL',
    isPriced: true,
  },
  {
    provider: 'google-vertex',
    model: 'google-vertex/gemini-2.5-flash',
    alias: 'vertex/gemini-2.5-flash',
    wire: 'gemini',
    settings: { options: { vertex: { project: 'ours', location: 'europe-west4' } } },
    isPriced: true,
  },
  {
    provider: 'xai',
    model: 'xai/grok-4.3',
    alias: 'grok/grok-4.3',
    wire: 'xai-chat',
    apiKeyEnv: 'XAI_API_KEY',
    baseUrlEnv: 'XAI_BASE_URL',
    isPriced: true,
  },
  {
    provider: 'azure',
    model: 'azure/our-mini',
    alias: 'azure-openai/our-mini',
    wire: 'azure-openai',
    apiKeyEnv: 'AZURE_OPENAI_API_KEY',
    baseUrlEnv: 'AZURE_OPENAI_ENDPOINT',
    settings: { models: ['our-mini'], options: { apiVersion: '2024-10-21' } },
    isPriced: false,
  },
  {
    provider: 'bedrock',
    model: 'bedrock/eu.anthropic.claude-sonnet-4-6',
    alias: 'aws/eu.anthropic.claude-sonnet-4-6',
    wire: 'bedrock-converse',
    apiKeyEnv: 'AWS_BEARER_TOKEN_BEDROCK',
    baseUrlEnv: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
    settings: { options: { region: 'eu-central-1' } },
    isPriced: true,
  },
  {
    provider: 'dial',
    model: 'dial/our-assistant',
    alias: 'epam-dial/our-assistant',
    wire: 'dial-chat',
    apiKeyEnv: 'DIAL_API_KEY',
    baseUrlEnv: 'DIAL_URL',
    settings: { passthrough: true },
    isPriced: false,
  },
  host('groq', 'llama-3.3-70b-versatile', 'groqcloud'),
  host('deepseek', 'deepseek-chat', 'deepseek-ai'),
  { ...host('mistral', 'mistral-large-latest', 'mistralai'), settings: asksForUsage },
  { ...host('openrouter', 'x-ai/grok-4.3', 'open-router'), settings: { passthrough: true }, isPriced: false },
  host('together', 'openai/gpt-oss-20b', 'together-ai'),
  host('fireworks', 'accounts/fireworks/models/gpt-oss-20b', 'fireworks-ai'),
  host('cerebras', 'gpt-oss-120b', 'cerebras-ai'),
  { ...host('perplexity', 'sonar', 'pplx'), settings: asksForUsage, hasTools: false },
];

function host(provider: string, model: string, alias: string): LineUpEntry {
  const name = provider.toUpperCase();
  return {
    provider,
    model: `${provider}/${model}`,
    alias: `${alias}/${model}`,
    wire: 'openai-chat',
    apiKeyEnv: `${name}_API_KEY`,
    baseUrlEnv: `${name}_BASE_URL`,
    isPriced: true,
  };
}

/** One entry for each wire: what else differs between entries of one wire has its own tests. */
export const entriesByWire: readonly LineUpEntry[] = [
  ...new Map(providerLineUp.toReversed().map((entry) => [entry.wire, entry])).values(),
].toReversed();

/** A `lattice.yaml` (JSON is YAML) in which a server that speaks the wires is every vendor. */
export function providersYaml(
  server: { baseUrl(wire: string): string | undefined },
  entries: readonly LineUpEntry[],
  apiKey: string,
): string {
  const providers = entries.map(({ provider, wire, settings }) => [
    provider,
    { apiKey, baseUrl: server.baseUrl(wire), ...settings },
  ]);
  return JSON.stringify({ providers: Object.fromEntries(providers) as JsonObject });
}
