import { messageText, type Message, type MessagePart, type RunRequest, type TaskNeeds } from '@lattice-lock/contract';

/** The part of a request that is analysed. */
export type AnalysisInput = Pick<RunRequest, 'messages' | 'tools' | 'responseFormat' | 'maxOutputTokens'>;

/** A conversation boiled down to what the analysis looks at. */
export interface ConversationView {
  /** The text that says what is to be done: the last user message, with the one before it when it only goes on. */
  readonly task: string;
  /** The application's instructions. */
  readonly system: string;
  readonly images: number;
  readonly files: number;
  readonly toolCount: number;
  readonly json: TaskNeeds['json'];
  readonly userTurns: number;
}

/** A last message with at most so many characters ("yes, go on") says little: the message before it is read as well. */
const followUpChars = 40;

/** Reads a conversation from its end. Never throws: messages without text give an empty task. */
export function viewConversation(request: AnalysisInput): ConversationView {
  const users = request.messages.filter((message) => message.role === 'user');
  const last = users.at(-1);
  const previous = users.at(-2);
  const lastText = last === undefined ? '' : messageText(last);
  const goesOn = previous !== undefined && lastText.trim().length <= followUpChars;
  const parts = request.messages.flatMap(partsOf);
  return {
    task: goesOn ? `${messageText(previous)}\n${lastText}` : lastText,
    system: request.messages
      .filter((message) => message.role === 'system')
      .map(messageText)
      .join('\n'),
    images: parts.filter((part) => part.type === 'image').length,
    files: parts.filter((part) => part.type === 'file').length,
    toolCount: request.tools?.length ?? 0,
    json: jsonNeed(request.responseFormat),
    userTurns: users.length,
  };
}

/** The parts of a message; images inside tool results among them. */
export function partsOf(message: Message): readonly MessagePart[] {
  if (typeof message.content === 'string') return [];
  const parts: readonly MessagePart[] = message.content;
  return parts.flatMap((part) =>
    part.type === 'tool-result' && typeof part.content !== 'string' ? [part, ...part.content] : [part],
  );
}

function jsonNeed(format: AnalysisInput['responseFormat']): TaskNeeds['json'] {
  if (format === undefined || format.type === 'text') return 'none';
  return format.type === 'json' ? 'json' : 'schema';
}
