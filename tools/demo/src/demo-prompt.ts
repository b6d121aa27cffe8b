import { readFile } from 'node:fs/promises';
import type OpenAI from 'openai';

/** One entry of `prompts.json`. */
export interface DemoPrompt {
  readonly prompt: string;
  /** `auto` unless given. */
  readonly model?: string;
  /** A file beside this one. */
  readonly image?: string;
  readonly jsonSchema?: { readonly name: string; readonly schema: Record<string, unknown> };
  readonly tools?: readonly OpenAI.FunctionDefinition[];
}

/** The twenty prompts. */
export async function readPrompts(): Promise<readonly DemoPrompt[]> {
  return JSON.parse(await readFile(new URL('./prompts.json', import.meta.url), 'utf8')) as readonly DemoPrompt[];
}

/** A prompt as the body of a chat completion. */
export async function requestOf(prompt: DemoPrompt): Promise<OpenAI.ChatCompletionCreateParamsNonStreaming> {
  const { jsonSchema, tools } = prompt;
  return {
    model: prompt.model ?? 'auto',
    messages: [{ role: 'user', content: await contentOf(prompt) }],
    ...(jsonSchema === undefined
      ? {}
      : { response_format: { type: 'json_schema', json_schema: { ...jsonSchema, strict: true } } }),
    ...(tools === undefined ? {} : { tools: tools.map((tool) => ({ type: 'function' as const, function: tool })) }),
  };
}

async function contentOf({ prompt, image }: DemoPrompt): Promise<string | OpenAI.ChatCompletionContentPart[]> {
  if (image === undefined) return prompt;
  const bytes = await readFile(new URL(image, import.meta.url));
  return [
    { type: 'text', text: prompt },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } },
  ];
}
