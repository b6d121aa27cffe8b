import { LatticeError, type ChatRequest } from '@lattice-lock/contract';
import type { ChatCodec } from '@lattice-lock/provider-kit';
import { createChatCodec } from '@lattice-lock/provider-openai-compatible';

const codec = createChatCodec({ maxTokensField: 'max_tokens', streamUsage: true });

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
