import { createHash } from 'node:crypto';
import type { CacheControl, ChatRequest, Message, Usage } from '@lattice-lock/contract';
import { inputTokens } from './token-rule.ts';

/** The part of a usage that is known before an answer is. */
export type InputUsage = Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'cacheWriteLongTokens'>;

/** Shorter prefixes are not cached: the least of the vendors' models (platform.claude.com, prompt caching). */
const minCachedTokens = 1024;

/** Remembers the prompt prefixes that were marked for caching; they never expire here. */
export class PromptCache {
  readonly #prefixes = new Set<string>();

  /** True when the prefix was there already. */
  use(prefix: string): boolean {
    const key = createHash('sha256').update(prefix).digest('base64');
    const isKnown = this.#prefixes.has(key);
    this.#prefixes.add(key);
    return isKnown;
  }

  reset(): void {
    this.#prefixes.clear();
  }
}

/** Counts the input of a request by the token rule: the prefix up to the last cache mark is read or written. */
export function countInput(chat: ChatRequest, cache: PromptCache): InputUsage {
  const total = inputTokens(chat);
  const none = { inputTokens: total, cachedInputTokens: 0, cacheWriteTokens: 0, cacheWriteLongTokens: 0 };
  const marked = markedPrefix(chat);
  if (marked === null) return none;
  const tokens = inputTokens(marked.prefix);
  if (tokens < minCachedTokens) return none;
  if (cache.use(JSON.stringify(marked.prefix))) return { ...none, cachedInputTokens: tokens };
  return { ...none, cacheWriteTokens: tokens, cacheWriteLongTokens: marked.control.ttl === '1h' ? tokens : 0 };
}

/** The request up to and including its last part with a cache mark. */
function markedPrefix(chat: ChatRequest): { readonly prefix: ChatRequest; readonly control: CacheControl } | null {
  for (let index = chat.messages.length - 1; index >= 0; index -= 1) {
    const message = chat.messages[index];
    if (message === undefined || typeof message.content === 'string') continue;
    const parts: readonly { readonly type: string; readonly cacheControl?: CacheControl }[] = message.content;
    const last = parts.findLastIndex((part) => part.cacheControl !== undefined);
    const control = parts[last]?.cacheControl;
    if (control === undefined) continue;
    const cut = { ...message, content: message.content.slice(0, last + 1) } as Message;
    const tools = chat.tools === undefined ? {} : { tools: chat.tools };
    return { prefix: { model: chat.model, ...tools, messages: [...chat.messages.slice(0, index), cut] }, control };
  }
  return null;
}
