import { importUrlOf } from './package-entry.ts';
import { benchKey } from './workload.ts';
import type { SideCalls, SideOptions } from './library-sides.ts';

// The vendors' own SDKs, called the way their manuals show. The interfaces hold the parts that are used.

/** Every SDK by the name of its side; plain `openai` is among the sides of the libraries. */
export const vendorSdkSides: Readonly<Record<string, (options: SideOptions) => Promise<SideCalls>>> = {
  'SDK openai responses': loadOpenAIResponses,
  'SDK openai AzureOpenAI': loadAzureOpenAI,
  'SDK @anthropic-ai/sdk': loadAnthropic,
  'SDK @google/genai': loadGenAI,
  'SDK @aws-sdk/client-bedrock-runtime': loadBedrock,
};

async function importFrom<T>(name: string, from: string): Promise<T> {
  return (await import(await importUrlOf(name, from))) as T;
}

const messagesOf = (prompt: string) => [{ role: 'user', content: prompt }];

/** A call that gives a stream when its body asks for one. */
type Create<Whole, Event> = (body: object) => Promise<Whole & AsyncIterable<Event>>;

interface Response {
  readonly output_text: string;
  readonly usage?: { readonly total_tokens: number };
}
type ResponseEvent =
  | { readonly type: 'response.output_text.delta'; readonly delta: string }
  | { readonly type: 'response.completed'; readonly response: Response };

async function loadOpenAIResponses({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { default: OpenAI } = await importFrom<{
    default: new (options: object) => { responses: { create: Create<Response, ResponseEvent> } };
  }>('openai', from);
  const { responses } = new OpenAI({ baseURL: baseUrl, apiKey: benchKey });
  return {
    generate: async (prompt) => {
      const { output_text: text, usage } = await responses.create({ model: 'bench', input: prompt });
      return { text, tokens: usage?.total_tokens ?? 0 };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      for await (const event of await responses.create({ model: 'bench', input: prompt, stream: true })) {
        if (event.type === 'response.output_text.delta') text += event.delta;
        else if (event.type === 'response.completed') tokens = event.response.usage?.total_tokens ?? 0;
      }
      return { text, tokens };
    },
  };
}

interface Completion {
  readonly choices: readonly { message?: { content: string }; delta?: { content?: string } }[];
  readonly usage?: { total_tokens: number } | null;
}

async function loadAzureOpenAI({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { AzureOpenAI } = await importFrom<{
    AzureOpenAI: new (options: object) => { chat: { completions: { create: Create<Completion, Completion> } } };
  }>('openai', from);
  const endpoint = new URL(baseUrl).origin;
  const { completions } = new AzureOpenAI({ endpoint, apiKey: benchKey, apiVersion: '2024-10-21' }).chat;
  return {
    generate: async (prompt) => {
      const { choices, usage } = await completions.create({ model: 'bench', messages: messagesOf(prompt) });
      return { text: choices[0]?.message?.content ?? '', tokens: usage?.total_tokens ?? 0 };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      const body = {
        model: 'bench',
        messages: messagesOf(prompt),
        stream: true,
        stream_options: { include_usage: true },
      };
      for await (const { choices, usage } of await completions.create(body)) {
        text += choices[0]?.delta?.content ?? '';
        tokens = usage?.total_tokens ?? tokens;
      }
      return { text, tokens };
    },
  };
}

interface Message {
  readonly content: readonly { readonly text?: string }[];
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}
type MessageEvent =
  | { readonly type: 'message_start'; readonly message: Message }
  | { readonly type: 'content_block_delta'; readonly delta: { readonly text?: string } }
  | { readonly type: 'message_delta'; readonly usage: { readonly output_tokens: number } };

async function loadAnthropic({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { default: Anthropic } = await importFrom<{
    default: new (options: object) => { messages: { create: Create<Message, MessageEvent> } };
  }>('@anthropic-ai/sdk', from);
  const { messages } = new Anthropic({ baseURL: new URL(baseUrl).origin, apiKey: benchKey });
  const bodyOf = (prompt: string) => ({ model: 'bench', max_tokens: 1024, messages: messagesOf(prompt) });
  return {
    generate: async (prompt) => {
      const { content, usage } = await messages.create(bodyOf(prompt));
      return { text: content[0]?.text ?? '', tokens: usage.input_tokens + usage.output_tokens };
    },
    stream: async (prompt) => {
      let text = '';
      let input = 0;
      let output = 0;
      for await (const event of await messages.create({ ...bodyOf(prompt), stream: true })) {
        if (event.type === 'message_start') input = event.message.usage.input_tokens;
        else if (event.type === 'content_block_delta') text += event.delta.text ?? '';
        else if (event.type === 'message_delta') output = event.usage.output_tokens;
      }
      return { text, tokens: input + output };
    },
  };
}

interface Content {
  readonly text?: string;
  readonly usageMetadata?: { readonly totalTokenCount: number };
}

async function loadGenAI({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const { GoogleGenAI } = await importFrom<{
    GoogleGenAI: new (options: object) => {
      models: {
        generateContent(body: object): Promise<Content>;
        generateContentStream(body: object): Promise<AsyncIterable<Content>>;
      };
    };
  }>('@google/genai', from);
  const httpOptions = { baseUrl: new URL(baseUrl).origin };
  const { models } = new GoogleGenAI({ apiKey: benchKey, httpOptions });
  return {
    generate: async (prompt) => {
      const { text = '', usageMetadata } = await models.generateContent({ model: 'bench', contents: prompt });
      return { text, tokens: usageMetadata?.totalTokenCount ?? 0 };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      for await (const chunk of await models.generateContentStream({ model: 'bench', contents: prompt })) {
        text += chunk.text ?? '';
        tokens = chunk.usageMetadata?.totalTokenCount ?? tokens;
      }
      return { text, tokens };
    },
  };
}

interface ConverseUsage {
  readonly totalTokens: number;
}
interface ConverseAnswer {
  readonly output?: { readonly message?: { readonly content?: readonly { readonly text?: string }[] } };
  readonly usage?: ConverseUsage;
  readonly stream?: AsyncIterable<{
    readonly contentBlockDelta?: { readonly delta?: { readonly text?: string } };
    readonly metadata?: { readonly usage?: ConverseUsage };
  }>;
}
interface BedrockModule {
  readonly BedrockRuntimeClient: new (options: object) => { send(command: object): Promise<ConverseAnswer> };
  readonly ConverseCommand: new (input: object) => object;
  readonly ConverseStreamCommand: new (input: object) => object;
}

/** Over HTTP/1.1 like everybody else here; against AWS it would speak HTTP/2. */
async function loadBedrock({ baseUrl, from }: SideOptions): Promise<SideCalls> {
  const sdk = await importFrom<BedrockModule>('@aws-sdk/client-bedrock-runtime', from);
  const { NodeHttpHandler } = await importFrom<{ NodeHttpHandler: new () => object }>(
    '@smithy/node-http-handler',
    from,
  );
  const client = new sdk.BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: new URL(baseUrl).origin,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: benchKey },
    requestHandler: new NodeHttpHandler(),
  });
  const inputOf = (prompt: string) => ({ modelId: 'bench', messages: [{ role: 'user', content: [{ text: prompt }] }] });
  return {
    generate: async (prompt) => {
      const { output, usage } = await client.send(new sdk.ConverseCommand(inputOf(prompt)));
      return { text: output?.message?.content?.[0]?.text ?? '', tokens: usage?.totalTokens ?? 0 };
    },
    stream: async (prompt) => {
      let text = '';
      let tokens = 0;
      const { stream = [] } = await client.send(new sdk.ConverseStreamCommand(inputOf(prompt)));
      for await (const { contentBlockDelta, metadata } of stream) {
        text += contentBlockDelta?.delta?.text ?? '';
        tokens = metadata?.usage?.totalTokens ?? tokens;
      }
      return { text, tokens };
    },
  };
}
