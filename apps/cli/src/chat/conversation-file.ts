import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message, MessagePart } from '@lattice-lock/contract';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';

const headings: Readonly<Record<Message['role'], string>> = {
  system: 'Instructions',
  user: 'You',
  assistant: 'Answer',
  tool: 'Tool',
};

/**
 * Writes a conversation to a file: as Markdown for people, or, named `.json`, as the messages themselves. A file that is
 * there stays, unless `mayReplace`.
 *
 * @throws UsageError when it exists or cannot be written
 */
export async function saveConversation(
  messages: readonly Message[],
  file: string,
  options: { readonly cwd: string; readonly mayReplace: boolean },
): Promise<string> {
  const target = path.resolve(options.cwd, file);
  const text = /\.json$/i.test(target) ? `${JSON.stringify({ messages }, null, 2)}\n` : markdownOf(messages);
  try {
    await writeFile(target, text, { flag: options.mayReplace ? 'w' : 'wx' });
    return target;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const reason = code === 'EEXIST' ? 'it exists already; choose another name' : `it cannot be written (${code})`;
    throw new UsageError(`/save ${escapeLine(file)}: ${reason}.`);
  }
}

function markdownOf(messages: readonly Message[]): string {
  return messages.map(({ role, content }) => `## ${headings[role]}\n\n${textOf(content).trimEnd()}\n`).join('\n');
}

function textOf(content: Message['content']): string {
  return typeof content === 'string' ? content : content.map(partText).join('\n\n');
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
      return '*(an image)*';
    case 'file':
      return `*(the file ${part.filename ?? 'without a name'})*`;
    case 'reasoning':
      return part.text === '' ? '' : `> ${part.text.replaceAll('\n', '\n> ')}`;
    case 'tool-call':
      return `*(calls ${part.name})* \`${part.argumentsText}\``;
    case 'tool-result':
      return typeof part.content === 'string' ? part.content : textOf(part.content);
  }
}
