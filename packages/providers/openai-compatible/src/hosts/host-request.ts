import { createHash } from 'node:crypto';
import {
  LatticeError,
  type AssistantPart,
  type ChatRequest,
  type JsonObject,
  type JsonValue,
  type Message,
  type ProviderCapabilities,
} from '@lattice-lock/contract';
import type { EncodeContext, EncodedRequest } from '@lattice-lock/provider-kit';
import { fieldsOf } from '../chat/chat-fields.ts';
import type { HostRequestQuirks } from './host-profile.ts';

/** Writes a request in the common words of the wire. */
export type EncodeCommon = (request: ChatRequest, context: EncodeContext) => EncodedRequest;

/**
 * A request in the words of one host: what it does not have is left out with a warning, what it calls otherwise is
 * renamed. Raw options of the caller stay as they are.
 */
export function encodeHostRequest(
  request: ChatRequest,
  context: EncodeContext,
  quirks: HostRequestQuirks,
  encodeCommon: EncodeCommon,
): EncodedRequest {
  const { provider } = context;
  const warnings: string[] = [];
  const common: { -readonly [Field in keyof ChatRequest]: ChatRequest[Field] } = { ...request };
  for (const field of quirks.leftOut ?? []) {
    if (common[field] === undefined) continue;
    delete common[field];
    warnings.push(`${provider} has no ${field}; it was left out.`);
  }
  if (quirks.toolIdLength !== undefined) {
    common.messages = withToolIds(request.messages, quirks.toolIdLength);
  }
  const own = reasoningFields(request, provider, quirks, warnings);
  if (own !== null) delete common.reasoning;
  const encoded = encodeCommon(common, context);
  const raw = request.providerOptions?.[provider];
  const body = renamed({ ...encoded.body, ...own, ...(own === null ? {} : raw) }, quirks);
  return { ...encoded, body, warnings: [...encoded.warnings, ...warnings] };
}

/** The fields that steer thinking, where the host has some of its own; `null` where the common ones do. */
function reasoningFields(
  { reasoning }: ChatRequest,
  provider: string,
  { reasoningBudget, withoutReasoning }: HostRequestQuirks,
  warnings: string[],
): JsonObject | null {
  if (reasoning === undefined) return null;
  const { effort, budgetTokens } = reasoning;
  if (reasoningBudget !== undefined && budgetTokens !== undefined) {
    if (effort !== undefined) {
      warnings.push(`${provider} takes an effort or a budget of reasoning, not both; the effort was left out.`);
    }
    return { [reasoningBudget]: { max_tokens: budgetTokens } };
  }
  return effort === 'none' && withoutReasoning !== undefined ? withoutReasoning : null;
}

function renamed(body: JsonObject, { rename }: HostRequestQuirks): JsonObject {
  if (rename === undefined) return body;
  const result: Record<string, JsonValue | undefined> = { ...body };
  for (const [common, own] of Object.entries(rename)) {
    if (result[common] === undefined) continue;
    result[own] ??= result[common];
    delete result[common];
  }
  return result;
}

/** @throws LatticeError `LATTICE_UNSUPPORTED` for tools, images or files of a host that has none. */
export function refuseUnsupported(request: ChatRequest, provider: string, can: Can): void {
  const refuse = (what: string) => {
    const message = `${provider} takes no ${what}; send the request to another provider, or without them.`;
    throw new LatticeError('LATTICE_UNSUPPORTED', message, { provider, model: request.model });
  };
  if (!can.tools && (request.tools?.length ?? 0) > 0) refuse('tools');
  if (can.images && can.files) return;
  for (const { content } of request.messages) {
    if (typeof content === 'string') continue;
    for (const part of content) {
      if (part.type === 'image' && !can.images) refuse('images');
      if (part.type === 'file' && !can.files) refuse('files');
    }
  }
}

type Can = Pick<ProviderCapabilities, 'tools' | 'images' | 'files'>;

function withToolIds(messages: readonly Message[], length: number): readonly Message[] {
  const idOf = (id: string) => (isShortId(id, length) ? id : shortId(id, length));
  return messages.map((message): Message => {
    if (message.role === 'tool') {
      const content = message.content.map((part) => ({ ...part, toolCallId: idOf(part.toolCallId) }));
      return { ...message, content };
    }
    if (message.role !== 'assistant' || typeof message.content === 'string') return message;
    const content = message.content.map((part): AssistantPart =>
      part.type === 'tool-call' ? { ...part, id: idOf(part.id) } : part,
    );
    return { ...message, content };
  });
}

function isShortId(id: string, length: number): boolean {
  return id.length === length && /^[A-Za-z0-9]+$/.test(id);
}

/** The same id always gives the same, so that call and result still belong together. */
function shortId(id: string, length: number): string {
  return createHash('sha256').update(id).digest('hex').slice(0, length);
}

/** What goes back in a message of an earlier answer: its reasoning, and fields the host gave for that. */
export function fieldsSentBack(message: Message, provider: string, quirks: HostRequestQuirks): JsonObject | undefined {
  if (message.role !== 'assistant') return undefined;
  const fields: Record<string, JsonValue> = {};
  const { reasoningBack, fieldsBack = [] } = quirks;
  if (reasoningBack !== undefined && typeof message.content !== 'string') {
    const text = message.content.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');
    if (text !== '') fields[reasoningBack] = text;
  }
  const metadata = fieldsOf(message.providerMetadata?.[provider]) as JsonObject;
  for (const field of fieldsBack) {
    const value = metadata[field];
    if (value !== undefined) fields[field] = value;
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}
