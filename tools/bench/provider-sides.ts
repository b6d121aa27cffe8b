import { importUrlOf } from './package-entry.ts';
import { benchKey } from './workload.ts';
import type { SideCalls, SideOptions } from './library-sides.ts';

/** The part of our provider port that is called. */
export interface BenchProvider {
  chat(request: object, options?: object): Promise<{ text: string; usage: ProviderUsage }>;
  stream(request: object, options?: object): AsyncIterable<ProviderEvent>;
  close(): Promise<void>;
}

interface ProviderUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The events of a stream that matter here; others pass by. */
export type ProviderEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: ProviderUsage }
  | { readonly type: 'finish' }
  | { readonly type: 'error'; readonly error: Error };

/** How one of our adapters is made for the mock upstream. */
interface Adapter {
  readonly packageName: string;
  /** The provider definition among its exports. */
  readonly definition: string;
  /** Whether a vendor's SDK is its connection. */
  readonly usesSdk: boolean;
  optionsFor(origin: string): object;
}

const compatible = '@lattice-lock/provider-openai-compatible';
const atV1 =
  (more: object = {}) =>
  (origin: string) => ({ baseUrl: `${origin}/v1`, ...more });
const atOrigin =
  (more: object = {}) =>
  (origin: string) => ({ baseUrl: origin, ...more });
const accessKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: benchKey };

/** Every adapter by the name of its side. */
export const adapters: Readonly<Record<string, Adapter>> = {
  'openai chat': adapter('openai', true, atV1({ api: 'chat' })),
  'openai responses': adapter('openai', true, atV1({ api: 'responses' })),
  anthropic: adapter('anthropic', true, atOrigin()),
  'azure v1': adapter('azure', true, atOrigin({ route: 'v1' })),
  'azure deployments': adapter('azure', true, atOrigin({ route: 'deployments', apiVersion: '2024-10-21' })),
  'bedrock, access keys': adapter(
    'bedrock',
    true,
    atOrigin({ region: 'us-east-1', apiKey: undefined, credentials: accessKeys }),
  ),
  'bedrock, API key': adapter('bedrock', true, atOrigin({ region: 'us-east-1' })),
  google: adapter('google', false, atOrigin()),
  'xai chat': adapter('xai', false, atV1({ api: 'chat' })),
  'xai responses': adapter('xai', false, atV1({ api: 'responses' })),
  'local (Ollama)': adapter('local', false, atOrigin({ api: 'ollama' })),
  dial: adapter('dial', false, atOrigin()),
  compatible: { packageName: compatible, definition: 'openAICompatible', usesSdk: false, optionsFor: atV1() },
  groq: { packageName: compatible, definition: 'groq', usesSdk: false, optionsFor: atV1() },
};

function adapter(id: string, usesSdk: boolean, optionsFor: Adapter['optionsFor']): Adapter {
  return { packageName: `@lattice-lock/provider-${id}`, definition: id, usesSdk, optionsFor };
}

/** Makes the provider of a side, as its definition would for an application. */
export async function createBenchProvider(side: string, { baseUrl, from }: SideOptions): Promise<BenchProvider> {
  const known = adapters[side];
  if (known === undefined) throw new TypeError(`there is no adapter "${side}"`);
  const { packageName, definition, optionsFor } = known;
  const door = (await import(await importUrlOf(packageName, from))) as Readonly<
    Record<string, { create(options: object): BenchProvider }>
  >;
  const found = door[definition];
  if (found === undefined) throw new TypeError(`${packageName} exports no "${definition}"`);
  return found.create({ apiKey: benchKey, ...optionsFor(new URL(baseUrl).origin) });
}

/** What a side asks its provider. */
export function requestOf(prompt: string, model = 'bench'): object {
  return { model, messages: [{ role: 'user', content: prompt }] };
}

/** Every adapter as a side of the benchmark. */
export const providerSides: Readonly<Record<string, (options: SideOptions) => Promise<SideCalls>>> = Object.fromEntries(
  Object.keys(adapters).map((side) => [side, (options: SideOptions) => loadProvider(side, options)]),
);

async function loadProvider(side: string, options: SideOptions): Promise<SideCalls> {
  const provider = await createBenchProvider(side, options);
  return {
    generate: async (prompt) => {
      const { text, usage } = await provider.chat(requestOf(prompt));
      return { text, tokens: usage.inputTokens + usage.outputTokens };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      for await (const event of provider.stream(requestOf(prompt))) {
        if (event.type === 'text-delta') text += event.text;
        else if (event.type === 'usage') tokens = event.usage.inputTokens + event.usage.outputTokens;
        else if (event.type === 'error') throw event.error;
      }
      return { text, tokens };
    },
  };
}
