import type { Message, TextPart, UserMessage } from '@lattice-lock/contract';
import type { Invocation } from '../invocation.ts';
import { UsageError } from '../usage-error.ts';
import { createPromptPart, readPromptFile, type PromptPart } from './prompt-part.ts';
import { readStandardInput } from './standard-input.ts';

/** Where a prompt comes from. */
export interface PromptSources {
  /** Words of the command line; a `-` among them stands for standard input. */
  readonly words: readonly string[];
  readonly files: readonly string[];
  readonly system?: string | undefined;
  /** Whether a pipe is read also where there are words or files. */
  readonly joinsStandardInput: boolean;
}

/**
 * The messages of a prompt: the words, then standard input, then the files, in one user message.
 *
 * @throws UsageError when there is nothing to ask, or a file cannot be used
 */
export async function readPrompt(sources: PromptSources, invocation: Invocation): Promise<readonly Message[]> {
  const words = sources.words.filter((word) => word !== '-');
  const asksForInput = words.length < sources.words.length;
  const text = words.join(' ').trim();
  const isNeeded = asksForInput || (text === '' && sources.files.length === 0);
  const parts: PromptPart[] = text === '' ? [] : [{ type: 'text', text }];
  if (isNeeded || sources.joinsStandardInput) {
    const input = await readStandardInput(invocation.context.stdin, {
      isNeeded,
      clock: invocation.context.clock,
      notice: (line) => invocation.err.line(line),
    });
    if (input !== null && input.length > 0) parts.push(createPromptPart(input, 'standard input'));
  }
  for (const file of sources.files) parts.push(await readPromptFile(file, invocation.context.cwd));
  if (parts.every((part) => part.type === 'text' && part.text.trim() === '')) {
    throw new UsageError('There is nothing to ask: give a prompt, pipe text in, or name a file with --file.');
  }
  const { system } = sources;
  return [...(system === undefined ? [] : [{ role: 'system', content: system } as const]), userMessage(parts)];
}

/** Texts that follow each other are one, a blank line between them. */
function userMessage(parts: readonly PromptPart[]): UserMessage {
  const joined: PromptPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type === 'text' && last?.type === 'text') {
      joined[joined.length - 1] = joinTexts(last, part);
    } else {
      joined.push(part);
    }
  }
  const [only] = joined;
  return { role: 'user', content: joined.length === 1 && only?.type === 'text' ? only.text : joined };
}

function joinTexts(first: TextPart, second: TextPart): TextPart {
  return { type: 'text', text: `${first.text.trimEnd()}\n\n${second.text}` };
}
