import type * as Undici from 'undici';
import { importUrlOf } from './package-entry.ts';
import { benchKey } from './workload.ts';

/** What a side is asked with. */
export interface SideOptions {
  readonly baseUrl: string;
  /** The folder whose packages it uses. */
  readonly from: string;
}

/** A side's two ways to call a model. */
export interface SideCalls {
  generate(prompt: string): Promise<SideAnswer>;
  stream(prompt: string): Promise<SideAnswer>;
}

interface SideAnswer {
  readonly text: string;
  readonly tokens: number;
}

/** The parts of a chat completion that the bare sides read. */
interface Completion {
  readonly choices: readonly { message?: { content: string }; delta?: { content?: string } }[];
  readonly usage?: { total_tokens: number } | null;
}

const model = 'bench';
const headers = { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` };
const usageOptions = { stream: true, stream_options: { include_usage: true } } as const;
const messagesOf = (prompt: string) => [{ role: 'user' as const, content: prompt }];
const bodyOf = (prompt: string, more: object = {}) => JSON.stringify({ model, messages: messagesOf(prompt), ...more });

/** Every side by name. A side's packages are imported when it is loaded, from the folder it is given. */
export const librarySides: Readonly<Record<string, (options: SideOptions) => Promise<SideCalls>>> = {
  undici: loadUndici,
  fetch: loadFetch,
  openai: loadOpenAI,
  ai: loadAi,
  'lattice-lock': loadLattice,
};

/** Imports a package as a module of the folder `from` would. */
async function importFrom<T>(name: string, from: string): Promise<T> {
  return (await import(await importUrlOf(name, from))) as T;
}

async function readEvents(body: AsyncIterable<Uint8Array>): Promise<SideAnswer> {
  const decoder = new TextDecoder();
  let rest = '';
  let text = '';
  let tokens = 0;
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const data = rest.slice('data: '.length, end);
      rest = rest.slice(end + 2);
      if (data === '[DONE]') continue;
      const event = JSON.parse(data) as Completion;
      text += event.choices[0]?.delta?.content ?? '';
      tokens = event.usage?.total_tokens ?? tokens;
    }
  }
  return { text, tokens };
}

function answerOf(completion: Completion): SideAnswer {
  return { text: completion.choices[0]?.message?.content ?? '', tokens: completion.usage?.total_tokens ?? 0 };
}

async function loadUndici({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { Pool } = await importFrom<typeof Undici>('undici', from);
  const url = new URL(baseUrl);
  const pool = new Pool(url.origin, { connections: 128 });
  const post = async (body: string) => {
    const response = await pool.request({ method: 'POST', path: `${url.pathname}/chat/completions`, headers, body });
    if (response.statusCode !== 200) throw new TypeError(`status ${response.statusCode}`);
    return response.body;
  };
  return {
    generate: async (prompt) => answerOf((await (await post(bodyOf(prompt))).json()) as Completion),
    stream: async (prompt) => readEvents(await post(bodyOf(prompt, usageOptions))),
  };
}

async function loadFetch({ baseUrl }: SideOptions): Promise<SideCalls> {
  const post = async (body: string) => {
    const response = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body });
    if (!response.ok || response.body === null) throw new TypeError(`status ${response.status}`);
    return response;
  };
  return {
    generate: async (prompt) => answerOf((await (await post(bodyOf(prompt))).json()) as Completion),
    stream: async (prompt) => readEvents((await post(bodyOf(prompt, usageOptions))).body as AsyncIterable<Uint8Array>),
  };
}

/** The parts of the `openai` package that are called. */
interface OpenAIModule {
  readonly default: new (options: { baseURL: string; apiKey: string }) => {
    readonly chat: { readonly completions: { create(body: object): Promise<Completion & AsyncIterable<Completion>> } };
  };
}

async function loadOpenAI({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { default: OpenAI } = await importFrom<OpenAIModule>('openai', from);
  const { completions } = new OpenAI({ baseURL: baseUrl, apiKey: benchKey }).chat;
  return {
    generate: async (prompt) => answerOf(await completions.create({ model, messages: messagesOf(prompt) })),
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      for await (const event of await completions.create({ model, messages: messagesOf(prompt), ...usageOptions })) {
        text += event.choices[0]?.delta?.content ?? '';
        tokens = event.usage?.total_tokens ?? tokens;
      }
      return { text, tokens };
    },
  };
}

/** The parts of the `ai` package that are called. */
interface AiModule {
  generateText(options: object): Promise<{ text: string; usage: { totalTokens: number } }>;
  streamText(options: object): { textStream: AsyncIterable<string>; usage: PromiseLike<{ totalTokens: number }> };
}

async function loadAi({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { generateText, streamText } = await importFrom<AiModule>('ai', from);
  const { createOpenAICompatible } = await importFrom<{
    createOpenAICompatible(options: object): (id: string) => object;
  }>('@ai-sdk/openai-compatible', from);
  const openAICompatible = createOpenAICompatible({
    name: 'bench',
    baseURL: baseUrl,
    apiKey: benchKey,
    includeUsage: true,
  });
  const chatModel = openAICompatible(model);
  return {
    generate: async (prompt) => {
      const { text, usage } = await generateText({ model: chatModel, prompt });
      return { text, tokens: usage.totalTokens };
    },
    stream: async (prompt) => {
      const result = streamText({ model: chatModel, prompt });
      let text = '';
      for await (const delta of result.textStream) text += delta;
      return { text, tokens: (await result.usage).totalTokens };
    },
  };
}

/** The parts of our facade that are called. */
interface LatticeModule {
  createLattice(options: object): {
    ready(): Promise<void>;
    chat(request: object): Promise<LatticeAnswer>;
    stream(request: object): AsyncIterable<LatticeEvent> & { batches?(): AsyncIterable<readonly LatticeEvent[]> };
  };
}
interface LatticeAnswer {
  readonly text: string;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}
type LatticeEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'answer'; readonly answer: LatticeAnswer }
  | { readonly type: 'error'; readonly error: Error };

/** As an application without a database uses it: a decision and an account for each call, kept in the answer only. */
async function loadLattice({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { createLattice } = await importFrom<LatticeModule>('lattice-lock', from);
  const lattice = createLattice({
    env: {
      OPENAI_API_KEY: benchKey,
      OPENAI_BASE_URL: baseUrl,
      LATTICE_ENV: 'production',
      LATTICE_LOCK_SECRET_KEY: benchKey.repeat(2),
    },
    cwd: import.meta.dirname,
  });
  await lattice.ready();
  const requestOf = (prompt: string) => ({ model: 'openai/gpt-5-mini', messages: messagesOf(prompt) });
  return {
    generate: async (prompt) => {
      const { text, usage } = await lattice.chat(requestOf(prompt));
      return { text, tokens: usage.inputTokens + usage.outputTokens };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      for await (const event of lattice.stream(requestOf(prompt))) {
        if (event.type === 'text-delta') text += event.text;
        else if (event.type === 'answer') tokens = event.answer.usage.inputTokens + event.answer.usage.outputTokens;
        else if (event.type === 'error') throw event.error;
      }
      return { text, tokens };
    },
  };
}
