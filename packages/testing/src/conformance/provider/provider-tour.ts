import type { ChatEvent, ChatProvider } from '@lattice-lock/contract';
import type { ProviderSubject } from './provider-subject.ts';

/**
 * Does with a provider whatever one can do: answers of both kinds, an error, a broken stream, a stream that is left, a
 * call that is aborted, a health check. What comes of each is for others to check.
 */
export async function tour(subject: ProviderSubject, provider: ChatProvider, signal?: AbortSignal): Promise<void> {
  const { simulator } = subject;
  const options = signal === undefined ? {} : { signal };
  const request = subject.request();
  await Promise.allSettled([provider.chat(request, options)]);
  await Promise.allSettled([read(provider.stream(request, options))]);
  simulator.enqueue({ fault: { type: 'status', status: 500 } });
  await Promise.allSettled([provider.chat(request, options)]);
  simulator.enqueue({ answer: { text: 'One two three four five.' }, fault: { type: 'cut', afterEvents: 3 } });
  await Promise.allSettled([read(provider.stream(request, options))]);
  await Promise.allSettled([read(provider.stream(request, options), 'text-delta')]);
  simulator.enqueue({ fault: { type: 'reset', when: 'before-headers' } });
  await Promise.allSettled([provider.chat(request, options)]);
  await Promise.allSettled([provider.checkHealth()]);
}

/** Reads to the end, or until there is an event of a kind. */
async function read(stream: AsyncIterable<ChatEvent>, until?: ChatEvent['type']): Promise<void> {
  for await (const { type } of stream) if (type === until) return;
}
