import type { Message, MessagePart } from '@lattice-lock/contract';
import { hash } from 'node:crypto';
import type { AnalysisInput } from './conversation-view.ts';

/** Keys up to so many characters are kept as they are: comparing them is quicker than a digest. */
const longestPlainKey = 4096;

/**
 * A key that is equal exactly when the profile is: everything the analysis reads, each piece with its length before it so
 * that no two requests can be cut differently into the same characters; the SHA-256 of it when it is long. Media count by
 * their length alone.
 */
export function profileKey(request: AnalysisInput): string {
  const pieces: string[] = [];
  const put = (text: string) => pieces.push(`${text.length}:`, text);
  for (const message of request.messages) putMessage(message, put);
  for (const { name, description = '', parameters } of request.tools ?? []) {
    put('tool');
    put(name);
    put(description);
    put(JSON.stringify(parameters));
  }
  put(JSON.stringify(request.responseFormat ?? null));
  put(String(request.maxOutputTokens));
  const key = pieces.join('');
  return key.length <= longestPlainKey ? key : `sha256 ${hash('sha256', key, 'base64')}`;
}

function putMessage(message: Message, put: (text: string) => void): void {
  put(message.role);
  if (typeof message.content === 'string') {
    put('string');
    put(message.content);
    return;
  }
  put(String(message.content.length));
  for (const part of message.content) putPart(part, put);
}

function putPart(part: MessagePart, put: (text: string) => void): void {
  put(part.type);
  switch (part.type) {
    case 'text':
    case 'reasoning':
      put(part.text);
      break;
    case 'image':
    case 'file':
      put(part.source.type === 'url' ? 'url' : String(part.source.data.length));
      break;
    case 'tool-call':
      put(part.name);
      put(part.argumentsText);
      break;
    case 'tool-result':
      if (typeof part.content === 'string') {
        put('string');
        put(part.content);
      } else {
        put(String(part.content.length));
        for (const inner of part.content) putPart(inner, put);
      }
  }
}
