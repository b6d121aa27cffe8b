import type { ChatRequest, JsonObject, JsonValue } from '@lattice-lock/contract';
import type { EncodeContext, EncodedRequest } from '@lattice-lock/provider-kit';
import { fieldsOf, itemsOf } from '../chat/chat-fields.ts';
import { encodeResponsesInput } from './responses-input.ts';
import { responsesToolFields } from './responses-tools.ts';

/** In what the servers of the Responses wire differ. */
export interface ResponsesDialect {
  /** Default `/responses`, below a base URL that includes `/v1`. */
  readonly path?: string;
  /** Default `system`. */
  readonly systemRole?: 'system' | 'developer';
  /**
   * Whether the vendor keeps the answers; default false, so that each call carries its whole conversation. `null` sends
   * nothing, for servers that refuse the field.
   */
  readonly store?: boolean | null;
  /**
   * Whether to ask for a model's sealed reasoning, which goes back with the next turn. Vendors refuse both for models
   * that do not reason: for those earlier reasoning is left out. Default: it is asked of none, and left out for none.
   */
  sealsReasoning?(request: ChatRequest): boolean;
  /** Asks the models that {@link sealsReasoning} knows for their reasoning in words. Default: it is not asked for. */
  readonly reasoningSummary?: 'auto' | 'concise' | 'detailed' | undefined;
  /** True for servers of open-weights models, which take the reasoning text itself back. Default false. */
  readonly takesReasoningText?: boolean;
  /** Whether a model takes cache breakpoints on content parts. Default: none does. */
  takesCacheBreakpoints?(model: string): boolean;
  /** Fields of the response that go into `providerMetadata` as they are. Default: none. */
  readonly metadataFields?: readonly string[];
}

/**
 * A request in the words of Responses. The provider's own `providerOptions` are merged into the body last: `include`
 * and `tools` are added to ours, `reasoning` and `text` field by field, the rest replaces.
 */
export function encodeResponsesRequest(
  request: ChatRequest,
  context: EncodeContext,
  dialect: ResponsesDialect,
): EncodedRequest {
  const { provider, stream } = context;
  const warnings: string[] = [];
  const warn = (warning: string) => {
    if (!warnings.includes(warning)) warnings.push(warning);
  };
  warnOfUnknown(request, provider, warn);
  const { path = '/responses', systemRole = 'system', takesReasoningText = false } = dialect;
  const own = request.providerOptions?.[provider] ?? {};
  const store = own['store'] ?? (dialect.store === undefined ? false : dialect.store);
  const seals = dialect.sealsReasoning?.(request) === true;
  const body: JsonObject = {
    model: request.model,
    input: encodeResponsesInput(request.messages, {
      provider,
      systemRole,
      isStored: store === true,
      takesReasoning: seals || dialect.sealsReasoning === undefined,
      takesReasoningText,
      takesCacheBreakpoints: dialect.takesCacheBreakpoints?.(request.model) === true,
      warn,
    }),
    ...(stream ? { stream: true } : {}),
    ...(store === null ? {} : { store }),
    max_output_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    user: request.user,
    ...own,
    include: included(request, store !== true && seals, own),
    reasoning: merged(
      { effort: request.reasoning?.effort, summary: seals ? dialect.reasoningSummary : undefined },
      own['reasoning'],
    ),
    text: merged({ format: textFormat(request) }, own['text']),
    ...responsesToolFields(request, provider, own, warn),
  };
  return { path, body, warnings };
}

function warnOfUnknown(request: ChatRequest, provider: string, warn: (warning: string) => void): void {
  if (request.stop !== undefined && request.stop.length > 0) {
    warn(`${provider} takes no stop sequences over the Responses API; stop was left out, and the text may run on.`);
  }
  for (const field of ['seed', 'presencePenalty', 'frequencyPenalty'] as const) {
    if (request[field] !== undefined) warn(`${provider} has no ${field} over the Responses API; it was left out.`);
  }
  if (request.reasoning?.budgetTokens !== undefined) {
    warn(`${provider} takes no thinking budget in tokens; reasoning.budgetTokens was left out.`);
  }
}

function included(request: ChatRequest, isSealed: boolean, own: JsonObject): JsonValue | undefined {
  const wanted = new Set(itemsOf(own['include']) as readonly JsonValue[]);
  if (isSealed) wanted.add('reasoning.encrypted_content');
  if (request.topLogprobs !== undefined) wanted.add('message.output_text.logprobs');
  return wanted.size === 0 ? undefined : [...wanted];
}

/** Ours with the caller's raw fields over them; nothing when neither says anything. */
function merged(ours: JsonObject, raw: JsonValue | undefined): JsonValue | undefined {
  if (raw === null) return null;
  const fields = { ...ours, ...(fieldsOf(raw) as JsonObject) };
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}

function textFormat({ responseFormat: format }: ChatRequest): JsonValue | undefined {
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', name, description, schema, strict };
}
