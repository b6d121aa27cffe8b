import { messageText, type Message, type MessagePart, type RunRequest, type TaskNeeds } from '@lattice-lock/contract';

/** The part of a request that is analysed. */
export type AnalysisInput = Pick<RunRequest, 'messages' | 'tools' | 'responseFormat' | 'maxOutputTokens'>;

/** What a conversation holds beside its texts. */
export interface ConversationFacts {
  readonly images: number;
  readonly files: number;
  readonly toolCount: number;
  readonly json: TaskNeeds['json'];
  readonly userTurns: number;
}

/** A conversation boiled down to what the analysis looks at. */
export interface ConversationView extends ConversationFacts {
  /** The text that says what is to be done: the last user message, with the one before it when it only goes on. */
  readonly task: string;
  /** The application's instructions. */
  readonly system: string;
}

/** A last message with at most so many characters ("yes, go on") says little: the message before it is read as well. */
const followUpChars = 40;

/** A longer message goes on with the conversation when it begins so: "And if ...", "What about ...", "It still ...". */
const goesOn = Object.freeze({
  chars: 120,
  start:
    /^[^\p{L}]{0,3}(?:and|but|so|now|also|then|again|same|instead|ok(?:ay)?,?|what (?:about|if)|how about|why not|(?:can|could) you (?:also|now|make it|do it|do that)|(?:make|do|put|rewrite|redo|change|translate|explain|try|it|that|they|them) (?:it|that|them|these|this|still|again|is|was|does|doesn'?t)|und|aber|jetzt|nun|et|mais|maintenant|y|pero|ahora|e|ma|mas|agora|и|а|теперь|那|那么|现在|では|じゃあ|次は)(?!\p{L})/iu,
});

/** Reads a conversation. Never throws: messages without text give an empty task. */
export function viewConversation(request: AnalysisInput): ConversationView {
  let last: Message | undefined;
  let previous: Message | undefined;
  let system = '';
  let userTurns = 0;
  const attached = { images: 0, files: 0 };
  for (const message of request.messages) {
    if (message.role === 'user') {
      [previous, last] = [last, message];
      userTurns += 1;
    } else if (message.role === 'system') {
      system = system === '' ? messageText(message) : `${system}\n${messageText(message)}`;
    }
    if (typeof message.content !== 'string') countAttached(message, attached);
  }
  return {
    task: taskOf(last, previous),
    system,
    images: attached.images,
    files: attached.files,
    toolCount: request.tools?.length ?? 0,
    json: jsonNeed(request.responseFormat),
    userTurns,
  };
}

function taskOf(last: Message | undefined, previous: Message | undefined): string {
  const text = last === undefined ? '' : messageText(last);
  if (previous === undefined || !isFollowUp(text.trim())) return text;
  return `${messageText(previous)}\n${text}`;
}

function isFollowUp(text: string): boolean {
  return text.length <= followUpChars || (text.length <= goesOn.chars && goesOn.start.test(text));
}

function countAttached(message: Message, attached: { images: number; files: number }): void {
  for (const { type } of partsOf(message)) {
    if (type === 'image') attached.images += 1;
    else if (type === 'file') attached.files += 1;
  }
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
