import type { ChatRequest, FilePart, ImagePart, JsonObject, MediaSource, Message } from '@lattice-lock/contract';
import { BodyReader } from './body-reader.ts';
import { openAIDialect } from './decode-openai-chat.ts';
import { definedFields } from './defined-fields.ts';

/**
 * Adds the attachments of user messages to their parts: files go beside the content on DIAL's wire.
 *
 * @throws LatticeError naming the attachment that is wrong
 */
export function withAttachments(chat: ChatRequest, body: JsonObject): ChatRequest {
  const entries = new BodyReader(body, openAIDialect).objects('messages');
  const messages = chat.messages.map((message, index): Message => {
    if (message.role !== 'user') return message;
    const attachments = entries[index]?.optionalObject('custom_content')?.objects('attachments') ?? [];
    if (attachments.length === 0) return message;
    const said =
      typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : message.content;
    return { role: 'user', content: [...said, ...attachments.map(decodeAttachment)] };
  });
  return { ...chat, messages };
}

function decodeAttachment(attachment: BodyReader): ImagePart | FilePart {
  const mediaType = attachment.optionalString('type') ?? 'text/markdown';
  const data = attachment.optionalString('data');
  if (data === undefined && !attachment.has('url')) throw attachment.missing('data');
  const source: MediaSource =
    data === undefined ? { type: 'url', url: attachment.string('url') } : { type: 'base64', mediaType, data };
  if (mediaType.startsWith('image/')) return { type: 'image', source };
  return { type: 'file', source, ...definedFields({ filename: attachment.optionalString('title') }) };
}
