import OpenAI from 'openai';

/** What an answer or an error of the gateway says of one attempt; beside OpenAI's fields. */
export interface WireAttempt {
  readonly attempt: number;
  readonly model: string;
  readonly status: string;
  readonly error_code: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** Integer nano-dollars; `null` is unknown. */
  readonly cost_nano_usd: string | null;
}

/** What came of one streamed call. */
export interface StreamedCall {
  readonly text: string;
  readonly toolCalls: readonly OpenAI.ChatCompletionMessageFunctionToolCall[];
  /** Of the model that answered; empty when none did. */
  readonly model: string;
  /** What the ledger knows the call by. */
  readonly requestId: string;
  readonly attempts: readonly WireAttempt[];
  /** How it failed; `null` when it did not. */
  readonly failure: { readonly code: string; readonly message: string; readonly partialLength: number | null } | null;
  readonly durationMs: number;
}

type Chunk = OpenAI.ChatCompletionChunk & {
  readonly lattice?: { readonly request_id: string; readonly attempts: readonly WireAttempt[] };
};

/** Sends a request through the official client and reads the stream to its end, whichever that is. */
export async function streamCall(
  client: OpenAI,
  request: OpenAI.ChatCompletionCreateParamsNonStreaming,
  onText: (text: string) => void,
): Promise<StreamedCall> {
  const startedMs = performance.now();
  const calls: OpenAI.ChatCompletionMessageFunctionToolCall[] = [];
  let text = '';
  let model = '';
  let metadata: Chunk['lattice'];
  let failure: unknown = null;
  try {
    const body = { ...request, stream: true as const, stream_options: { include_usage: true } };
    for await (const chunk of (await client.chat.completions.create(body)) as AsyncIterable<Chunk>) {
      model = chunk.model;
      metadata = chunk.lattice ?? metadata;
      const delta = chunk.choices[0]?.delta;
      for (const part of delta?.tool_calls ?? []) addCall(calls, part);
      text += delta?.content ?? '';
      onText(text);
    }
  } catch (error) {
    failure = error;
  }
  const durationMs = performance.now() - startedMs;
  const common = { text, toolCalls: calls, model, durationMs };
  if (failure === null) {
    return { ...common, requestId: metadata?.request_id ?? '', attempts: metadata?.attempts ?? [], failure: null };
  }
  return { ...common, ...failureOf(failure) };
}

function addCall(
  calls: OpenAI.ChatCompletionMessageFunctionToolCall[],
  part: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall,
) {
  const call = (calls[part.index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } });
  call.id += part.id ?? '';
  call.function.name += part.function?.name ?? '';
  call.function.arguments += part.function?.arguments ?? '';
}

/** @throws what is no error of the gateway: the demo itself is broken then */
function failureOf(error: unknown): Pick<StreamedCall, 'requestId' | 'attempts' | 'failure'> {
  if (!(error instanceof OpenAI.APIError) || typeof error.error !== 'object' || error.error === null) throw error;
  const {
    code,
    message,
    request_id: requestId,
    attempts,
    partial,
  } = error.error as {
    readonly code?: string;
    readonly message?: string;
    readonly request_id?: string;
    readonly attempts?: readonly WireAttempt[];
    readonly partial?: { readonly length: number };
  };
  return {
    requestId: requestId ?? '',
    attempts: attempts ?? [],
    failure: { code: code ?? '', message: message ?? '', partialLength: partial?.length ?? null },
  };
}
