import type {
  AssistantMessage,
  FilePart,
  ImagePart,
  JsonObject,
  Message,
  SystemMessage,
  TextPart,
  UserMessage,
} from '@lattice-lock/contract';
import { toDialAttachment } from './dial-attachment.ts';

/** A conversation for the encoder of the chat wire, and the fields DIAL adds to its messages. */
export interface DialMessages {
  readonly messages: readonly Message[];
  messageFields(message: Message): JsonObject | undefined;
  readonly warnings: readonly string[];
}

/** What an answer carries in `custom_content` that its deployment wants back. */
const returnedFields = ['state', 'form_schema', 'form_value'] as const;

/**
 * Sets apart what DIAL carries in fields of its own. Files, and images in DIAL's storage (`files/...`), become
 * `custom_content.attachments`; other images stay `image_url` parts. The state of an earlier answer of this provider
 * goes back as `custom_content.state`. `cacheControl` on a part becomes the message's cache breakpoint.
 */
export function convertToDialMessages(messages: readonly Message[], provider: string): DialMessages {
  const fields = new Map<Message, JsonObject>();
  const warnings = new Set<string>();
  const converted = messages.map((message): Message => {
    if (message.role === 'tool') return message;
    const { plain, attachments } = message.role === 'user' ? splitUser(message) : { plain: message, attachments: [] };
    const returned = message.role === 'assistant' ? returnedContent(message, provider) : {};
    const content = { ...returned, ...(attachments.length === 0 ? {} : { attachments }) };
    const isMarked = marksCache(message, warnings);
    const added: JsonObject = {
      ...(Object.keys(content).length === 0 ? {} : { custom_content: content }),
      ...(isMarked ? { custom_fields: { cache_breakpoint: {} } } : {}),
    };
    const result = isMarked ? withoutCacheControl(plain) : plain;
    if (Object.keys(added).length > 0) fields.set(result, added);
    return result;
  });
  return { messages: converted, messageFields: (message) => fields.get(message), warnings: [...warnings] };
}

function splitUser(message: UserMessage): { plain: UserMessage; attachments: readonly JsonObject[] } {
  const { content } = message;
  if (typeof content === 'string' || !content.some(isAttachment)) return { plain: message, attachments: [] };
  const parts = content.filter((part) => !isAttachment(part));
  const attachments = content.filter(isAttachment).map(toDialAttachment);
  return { plain: { role: 'user', content: parts.length === 0 ? '' : parts }, attachments };
}

/** A path in DIAL's storage means nothing to a model that fetches images itself. */
function isAttachment(part: TextPart | ImagePart | FilePart): part is ImagePart | FilePart {
  if (part.type === 'text') return false;
  return part.type === 'file' || (part.source.type === 'url' && !/^(?:https?|data):/i.test(part.source.url));
}

function returnedContent({ providerMetadata }: AssistantMessage, provider: string): JsonObject {
  const own = providerMetadata?.[provider];
  if (own === undefined) return {};
  const known = returnedFields.filter((field) => own[field] !== undefined && own[field] !== null);
  return Object.fromEntries(known.map((field) => [field, own[field]]));
}

type Cacheable = SystemMessage | UserMessage | AssistantMessage;

function marksCache({ content }: Cacheable, warnings: Set<string>): boolean {
  if (typeof content === 'string') return false;
  const marked = content.filter((part) => 'cacheControl' in part && part.cacheControl !== undefined);
  if (marked.some((part) => 'cacheControl' in part && part.cacheControl?.ttl === '1h')) {
    warnings.add("DIAL's cache breakpoints have no lifetime of the caller's; `ttl: 1h` was left to the deployment.");
  }
  if (marked.length > 0 && marked.at(-1) !== content.at(-1)) {
    warnings.add('DIAL marks whole messages for its prompt cache; `cacheControl` of a part counts for its message.');
  }
  return marked.length > 0;
}

function withoutCacheControl(message: Cacheable): Message {
  if (typeof message.content === 'string') return message;
  const content = message.content.map((part) => {
    const { cacheControl: _left, ...kept } = part as TextPart;
    return kept;
  });
  return { ...message, content } as Message;
}
