import {
  LatticeError,
  type AssistantMessage,
  type FilePart,
  type ImagePart,
  type JsonObject,
  type Message,
  type TextPart,
  type ToolResultPart,
} from '@lattice-lock/contract';

/** Tells the caller of something that was asked for and cannot be honoured; a sentence told twice is kept once. */
export type Warn = (sentence: string) => void;

/**
 * Translates a conversation to Ollama's messages: text as one string, images as bare base64 beside it, each tool
 * result as a message of its own.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for images behind a URL and for files, which the server does not read
 */
export function convertToOllamaMessages(messages: readonly Message[], warn: Warn): JsonObject[] {
  return messages.flatMap((message): JsonObject[] => {
    if (message.role === 'assistant') return [assistantMessage(message)];
    if (message.role === 'tool') return message.content.map((part) => toolMessage(part, warn));
    return [{ role: message.role, ...convertContent(message.content, warn) }];
  });
}

function convertContent(content: string | readonly (TextPart | ImagePart | FilePart)[], warn: Warn): JsonObject {
  if (typeof content === 'string') return { content };
  const texts: string[] = [];
  const images: string[] = [];
  for (const part of content) {
    if (part.cacheControl !== undefined) warn('Ollama has no prompt cache control; `cacheControl` was left out.');
    if (part.type === 'text') texts.push(part.text);
    else images.push(imageData(part, warn));
  }
  return { content: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}

function imageData(part: ImagePart | FilePart, warn: Warn): string {
  if (part.type === 'file') {
    throw unsupported('Ollama reads no files. Send the text of the file, or its pages as images.');
  }
  if (part.detail === 'low' || part.detail === 'high') {
    warn('Ollama has no image detail setting; `detail` was left out.');
  }
  const { source } = part;
  if (source.type === 'base64') return source.data;
  const inline = /^data:[^,]*;base64,/i.exec(source.url);
  if (inline !== null) return source.url.slice(inline[0].length);
  throw unsupported('Ollama does not fetch images. Send the image inline, as base64.');
}

function unsupported(message: string): LatticeError {
  return new LatticeError('LATTICE_UNSUPPORTED', message);
}

function assistantMessage({ content }: AssistantMessage): JsonObject {
  if (typeof content === 'string') return { role: 'assistant', content };
  const thinking = content.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');
  const calls = content.flatMap((part) =>
    part.type === 'tool-call'
      ? [
          {
            id: part.id,
            function: { name: part.name, arguments: part.arguments ?? { INVALID_JSON: part.argumentsText } },
          },
        ]
      : [],
  );
  return {
    role: 'assistant',
    content: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    ...(thinking === '' ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolMessage(part: ToolResultPart, warn: Warn): JsonObject {
  return {
    role: 'tool',
    ...convertContent(part.content, warn),
    ...(part.toolName === undefined ? {} : { tool_name: part.toolName }),
    tool_call_id: part.toolCallId,
  };
}
