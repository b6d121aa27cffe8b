import type { ChatRequest, JsonObject, JsonValue, ToolDefinition } from '@lattice-lock/contract';
import type { EncodeContext, EncodedRequest } from '@lattice-lock/provider-kit';
import { encodeChatMessages, type MessageFields } from './chat-messages.ts';
import type { ChatMetadata } from './chat-metadata.ts';

/** In what the servers of this wire differ. */
export interface ChatDialect {
  /** OpenAI's own API wants `max_completion_tokens`; most compatible servers know only `max_tokens`. */
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
  /** Default `system`. */
  readonly systemRole?: 'system' | 'developer';
  /** Whether streams ask for usage by `stream_options`; default true. */
  readonly streamUsage?: boolean;
  /** Default `/chat/completions`, below a base URL that includes `/v1`. */
  readonly path?: string;
  /** Fields that the vendor adds to messages. */
  readonly messageFields?: MessageFields;
  /** Whether a model takes cache breakpoints on content parts. Default: none does. */
  takesCacheBreakpoints?(model: string): boolean;
  /** Collects what the vendor says beside the common words; made anew for each answer. */
  createMetadata?(): ChatMetadata;
}

/**
 * A request in the words of Chat Completions. `providerOptions` of the provider are merged into the body last.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for what cannot be carried and must not be dropped.
 */
export function encodeChatRequest(request: ChatRequest, context: EncodeContext, dialect: ChatDialect): EncodedRequest {
  const { provider, stream } = context;
  const warnings: string[] = [];
  const warn = (warning: string) => {
    if (!warnings.includes(warning)) warnings.push(warning);
  };
  const { systemRole = 'system', streamUsage = true, path = '/chat/completions' } = dialect;
  const { budgetTokens } = request.reasoning ?? {};
  if (budgetTokens !== undefined) {
    warn(`${provider} takes no thinking budget in tokens; reasoning.budgetTokens was left out.`);
  }
  const body: JsonObject = {
    model: request.model,
    messages: encodeChatMessages(request.messages, {
      provider,
      systemRole,
      takesCacheBreakpoints: dialect.takesCacheBreakpoints?.(request.model) === true,
      messageFields: dialect.messageFields,
      warn,
    }),
    ...(stream ? { stream: true, stream_options: streamUsage ? { include_usage: true } : undefined } : {}),
    ...toolFields(request, provider, warn),
    response_format: responseFormat(request),
    [dialect.maxTokensField]: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop === undefined || request.stop.length === 0 ? undefined : request.stop,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    reasoning_effort: request.reasoning?.effort,
    logprobs: request.topLogprobs === undefined ? undefined : true,
    top_logprobs: request.topLogprobs,
    user: request.user,
    ...request.providerOptions?.[provider],
  };
  return { path, body, warnings };
}

function toolFields(request: ChatRequest, provider: string, warn: (warning: string) => void): JsonObject {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice !== 'none' && toolChoice !== 'auto') {
      warn(`${provider} takes toolChoice only together with tools; it was left out.`);
    }
    return {};
  }
  return {
    tools: tools.map(encodeTool),
    tool_choice:
      typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice,
    parallel_tool_calls: parallelToolCalls,
  };
}

function encodeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  return { type: 'function', function: { name, description, parameters, strict } };
}

function responseFormat({ responseFormat: format }: ChatRequest): JsonValue | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: { name, description, schema, strict } };
}
