import type { ChatRequest, MessagePart } from '@lattice-lock/contract';
import { hashNumber } from './seeded-random.ts';

/** Enough of a file's base64 to tell it from others. */
const mediaSampleLength = 256;

/** A number that is the same for the same conversation, buffered or streamed; cheap also where images are large. */
export function conversationSeed(chat: ChatRequest): number {
  const parts = chat.messages.map(({ role, content }) => {
    return `${role}:${typeof content === 'string' ? content : content.map(partText).join('\n')}`;
  });
  return hashNumber(parts.join('\n'));
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text;
    case 'tool-call':
      return `${part.name}(${part.argumentsText})`;
    case 'tool-result':
      return typeof part.content === 'string' ? part.content : part.content.map(partText).join('\n');
    case 'image':
    case 'file': {
      const { source } = part;
      return source.type === 'url' ? source.url : `${source.data.length}:${source.data.slice(-mediaSampleLength)}`;
    }
  }
}
