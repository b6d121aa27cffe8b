import type { JsonObject } from '@lattice-lock/contract';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions/completions';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import type { OpenAIRequestOptions } from './index.ts';

/** Compiles only where the type is `true`. */
type Holds<T extends true> = T;

/** The fields a type names itself, without the open end. */
type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

type SdkFields = keyof ChatCompletionCreateParamsNonStreaming | keyof ResponseCreateParamsNonStreaming;

/** Every raw option is a field of one of OpenAI's two bodies, so that no name is misspelt. */
export type RequestOptions = [
  Holds<Exclude<Named<OpenAIRequestOptions>, SdkFields> extends never ? true : false>,
  Holds<OpenAIRequestOptions extends JsonObject ? true : false>,
];
