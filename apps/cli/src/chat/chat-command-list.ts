/** What can be done within a conversation besides talking. */
export const chatCommands = [
  { name: 'model', argument: '[name]', about: 'show or change the model: auto, auto:<preset>, a name' },
  { name: 'why', argument: '', about: 'why the last model was chosen' },
  { name: 'cost', argument: '', about: 'what the last answer and this conversation cost' },
  { name: 'system', argument: '[text]', about: 'show or set the instructions; "/system none" drops them' },
  { name: 'file', argument: '<path>', about: 'send a text, image or PDF with the next message' },
  { name: 'save', argument: '<file>', about: 'write the conversation down; .json keeps every message' },
  { name: 'clear', argument: '', about: 'forget what was said; costs stay counted' },
  { name: 'help', argument: '', about: 'this list' },
  { name: 'exit', argument: '', about: 'leave; Ctrl-D does too' },
] as const;

/** The name of one of {@link chatCommands}. */
export type ChatCommandName = (typeof chatCommands)[number]['name'];

/** A line of the user's: a message, or a command with what follows it. */
export type ChatLine =
  | { readonly type: 'message'; readonly text: string }
  | { readonly type: 'command'; readonly name: ChatCommandName; readonly argument: string }
  | { readonly type: 'unknown-command'; readonly name: string };

/** Reads a line. Only a slash and letters alone make a command, so that `/etc/hosts` can be talked about. */
export function parseChatLine(text: string): ChatLine {
  if (text.startsWith('//')) return { type: 'message', text: text.slice(1) };
  const [, written, argument = ''] = /^\/([a-z]+)(?:\s+([^]*))?$/.exec(text.trim()) ?? [];
  if (written === undefined) return { type: 'message', text };
  const name = written === 'quit' ? 'exit' : written;
  const known = chatCommands.find((command) => command.name === name);
  return known === undefined
    ? { type: 'unknown-command', name }
    : { type: 'command', name: known.name, argument: argument.trim() };
}

/** The commands as lines of help. */
export function chatCommandLines(): readonly string[] {
  return chatCommands.map(({ name, argument, about }) => `  ${`/${name} ${argument}`.padEnd(16)} ${about}`);
}
