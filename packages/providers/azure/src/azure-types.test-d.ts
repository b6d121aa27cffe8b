import type {} from '@azure/openai/types';
import type { JsonObject } from '@lattice-lock/contract';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/index';
import type { AzureOwnFields, AzureRequestOptions } from './azure-request-options.ts';

/** Compiles only where the type is `true`. */
type Holds<T extends true> = T;
type Has<T, K extends string> = K extends keyof T ? true : false;

type Choice = ChatCompletion['choices'][number];
type ChunkChoice = ChatCompletionChunk['choices'][number];

/** The fields that `content-filter.ts` reads are those of Azure's own types, in a body and in a chunk. */
export type ReadFields = [
  Holds<Has<ChatCompletion, 'prompt_filter_results'>>,
  Holds<Has<ChatCompletionChunk, 'prompt_filter_results'>>,
  Holds<Has<Choice, 'content_filter_results'>>,
  Holds<Has<ChunkChoice, 'content_filter_results'>>,
  Holds<Has<Choice['message'], 'context'>>,
  Holds<Has<ChunkChoice['delta'], 'context'>>,
];

type Verdict = NonNullable<NonNullable<Choice['content_filter_results']>['hate']>;
type Detection = NonNullable<NonNullable<Choice['content_filter_results']>['protected_material_text']>;
export type ReadVerdicts = [
  Holds<Has<Verdict, 'filtered' | 'severity'>>,
  Holds<Has<Detection, 'filtered' | 'detected'>>,
  Holds<Verdict['severity'] extends string ? true : false>,
];

/** What is sent beyond OpenAI's fields is what Azure's types take, and may stand in `providerOptions`. */
export type SentFields = [
  Holds<Has<ChatCompletionCreateParamsNonStreaming, keyof AzureOwnFields>>,
  Holds<AzureRequestOptions extends JsonObject ? true : false>,
];
