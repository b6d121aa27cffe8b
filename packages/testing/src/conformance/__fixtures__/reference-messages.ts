import {
  createToolCall,
  createUsage,
  LatticeError,
  type AssistantPart,
  type ChatRequest,
  type ChatResult,
  type JsonObject,
  type MessagePart,
} from '@lattice-lock/contract';
import type { SpecimenParts } from '../provider/specimen-parts.ts';
import { ReferenceProvider } from './reference-provider.ts';

/** What it can do wrong with the proofs of reasoning. */
export type ProofFlaw = 'drops-signatures' | 'drops-sealed-reasoning';

type Block = JsonObject & { readonly type: string };

/** Buffered answers of the Anthropic wire, with reasoning and tools: as much as the checks of proofs ask for. */
export class ReferenceMessages extends ReferenceProvider {
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #proofFlaw: ProofFlaw | undefined;

  constructor(baseUrl: string, apiKey: string, parts: SpecimenParts, flaw?: ProofFlaw) {
    super(baseUrl, apiKey, parts);
    this.#baseUrl = baseUrl;
    this.#apiKey = apiKey;
    this.#proofFlaw = flaw;
  }

  override async chat(request: ChatRequest): Promise<ChatResult> {
    const response = await fetch(`${this.#baseUrl}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': this.#apiKey, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      body: JSON.stringify(this.#encode(request)),
    });
    const body = (await response.json()) as JsonObject;
    if (!response.ok) throw new LatticeError('LATTICE_UPSTREAM', JSON.stringify(body), { status: response.status });
    const content = (body.content as readonly Block[]).map((block) => partOf(block, this.id));
    return {
      id: String(body.id),
      provider: this.id,
      model: String(body.model),
      content,
      text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      reasoning: '',
      refusal: null,
      toolCalls: content.filter((part) => part.type === 'tool-call'),
      finishReason: 'other',
      rawFinishReason: String(body.stop_reason),
      usage: createUsage({}),
      logprobs: null,
      providerMetadata: null,
      warnings: [],
      rateLimit: null,
      upstreamRequestId: response.headers.get('request-id'),
    };
  }

  #encode({ model, messages, tools }: ChatRequest): JsonObject {
    return {
      model,
      max_tokens: 4000,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      tools: (tools ?? []).map(({ name, parameters }) => ({ name, input_schema: parameters })),
      messages: messages.map(({ role, content }) => ({
        role: role === 'assistant' ? 'assistant' : 'user',
        content: typeof content === 'string' ? content : content.flatMap((part) => this.#block(part)),
      })),
    };
  }

  #block(part: MessagePart): readonly Block[] {
    switch (part.type) {
      case 'reasoning': {
        const { text, signature = '', redactedData } = part;
        if (redactedData === undefined) {
          return [
            {
              type: 'thinking',
              thinking: text,
              signature: this.#proofFlaw === 'drops-signatures' ? 'none' : signature,
            },
          ];
        }
        return this.#proofFlaw === 'drops-sealed-reasoning' ? [] : [{ type: 'redacted_thinking', data: redactedData }];
      }
      case 'tool-call':
        return [{ type: 'tool_use', id: part.id, name: part.name, input: part.arguments }];
      case 'tool-result':
        return [{ type: 'tool_result', tool_use_id: part.toolCallId, content: part.content as string }];
      default:
        return part.type === 'text' ? [{ type: 'text', text: part.text }] : [];
    }
  }
}

function partOf(block: Block, provider: string): AssistantPart {
  switch (block.type) {
    case 'thinking':
      return { type: 'reasoning', text: String(block.thinking), signature: String(block.signature), provider };
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', redactedData: String(block.data), provider };
    case 'tool_use':
      return createToolCall(String(block.id), String(block.name), JSON.stringify(block.input));
    default:
      return { type: 'text', text: String(block.text) };
  }
}
