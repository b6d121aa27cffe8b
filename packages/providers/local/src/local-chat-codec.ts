import { LatticeError, type ChatRequest, type JsonObject, type JsonValue } from '@lattice-lock/contract';
import type { ChatCodec } from '@lattice-lock/provider-kit';
import { createChatCodec, type ChatMetadata } from '@lattice-lock/provider-openai-compatible';

const codec = createChatCodec({
  maxTokensField: 'max_tokens',
  streamUsage: true,
  createMetadata: () => new ServerFigures(),
});

/** How an answer came about: `timings` of llama.cpp, the other fields of LM Studio; in a stream they come last. */
const figureFields = ['timings', 'stats', 'model_info', 'runtime'] as const;

class ServerFigures implements ChatMetadata {
  #figures: Record<string, JsonValue> | null = null;

  add(data: Readonly<Record<string, unknown>>): void {
    for (const field of figureFields) {
      const value = data[field];
      if (typeof value === 'object' && value !== null) (this.#figures ??= {})[field] = value as JsonObject;
    }
  }

  collected(): JsonObject | null {
    return this.#figures;
  }
}

/**
 * OpenAI's wire as local servers speak it: vLLM, llama.cpp and LM Studio read text and images, and refuse or overlook
 * files, so files are refused here. Raw fields are taken from `providerOptions.local` and those of the provider's id.
 */
export const localChatCodec: ChatCodec = Object.freeze({
  ...codec,
  encode: (request, context) => {
    refuseFiles(request);
    const { provider } = context;
    const common = request.providerOptions?.['local'];
    if (common === undefined || provider === 'local') return codec.encode(request, context);
    const own = { ...common, ...request.providerOptions?.[provider] };
    return codec.encode({ ...request, providerOptions: { [provider]: own } }, context);
  },
} satisfies ChatCodec);

function refuseFiles({ messages }: ChatRequest): void {
  for (const { role, content } of messages) {
    if (role !== 'user' || typeof content === 'string' || !content.some(({ type }) => type === 'file')) continue;
    throw new LatticeError(
      'LATTICE_UNSUPPORTED',
      'Local model servers read no files. Send the text of the file, or its pages as images.',
    );
  }
}
