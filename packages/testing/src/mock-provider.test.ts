import { describe, expect, it } from 'vitest';
import { LatticeError, unknownUsage, type ChatEvent, type ChatRequest } from '@lattice-lock/contract';
import { createMockProvider } from './index.ts';

const request: ChatRequest = { model: 'm-1', messages: [{ role: 'user', content: 'Hello' }] };

async function read(stream: AsyncIterable<ChatEvent>): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

describe('the mock provider', () => {
  it('gives its answers in order, the same buffered and streamed', async () => {
    const answer = {
      reasoning: { text: 'Hm.', signature: 's' },
      text: 'Good morning, sea.',
      toolCalls: [{ name: 'get_tide', arguments: { port: 'Brest' } }],
      usage: { inputTokens: 3, outputTokens: 4 },
    };
    const provider = createMockProvider({ script: [{ answer }] });
    const result = await provider.chat(request);
    expect(result).toMatchObject({
      text: 'Good morning, sea.',
      reasoning: 'Hm.',
      finishReason: 'tool-calls',
      toolCalls: [{ name: 'get_tide', arguments: { port: 'Brest' } }],
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7, reasoningTokens: null },
    });
    provider.enqueue({ answer });
    const events = await read(provider.stream(request));
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['start', 'finish']);
    expect(events.filter((event) => event.type === 'text-delta')).toHaveLength(3);
    expect(provider.calls.map((call) => [call.method, call.outcome])).toEqual([
      ['chat', 'finished'],
      ['stream', 'finished'],
    ]);
    expect(provider.calls[0]?.request).toEqual(request);
  });

  it('has an unknown usage unless told one, and a finish reason of its own', async () => {
    const provider = createMockProvider({ script: [{ answer: { refusal: 'No.' } }, { answer: { text: 'x' } }] });
    expect(await provider.chat(request)).toMatchObject({
      refusal: 'No.',
      finishReason: 'content-filter',
      usage: unknownUsage,
    });
    expect(await provider.chat(request)).toMatchObject({ finishReason: 'stop' });
  });

  it('throws errors from chat and ends a stream with them, never both', async () => {
    const error = new LatticeError('LATTICE_RATE_LIMIT', 'Slow down.', { retryable: true, retryAfterMs: 5 });
    const provider = createMockProvider({ script: [{ error }, { error }] });
    await expect(provider.chat(request)).rejects.toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      provider: 'mock',
      model: 'm-1',
    });
    const events = await read(provider.stream(request));
    expect(events).toMatchObject([{ type: 'error', error: { code: 'LATTICE_RATE_LIMIT', retryAfterMs: 5 } }]);
    expect(provider.calls.map((call) => call.outcome)).toEqual(['failed', 'failed']);
  });

  it('makes events without an end a broken stream with what had arrived', async () => {
    const provider = createMockProvider({ script: [{ events: [{ type: 'text-delta', index: 0, text: 'Half' }] }] });
    const events = await read(provider.stream(request));
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'LATTICE_STREAM_INTERRUPTED', retryable: true, partial: { text: 'Half' } },
    });
  });

  it('hangs until it is aborted', async () => {
    const provider = createMockProvider({ script: [{ hang: true }, { answer: { text: 'a b c d' } }] });
    const controller = new AbortController();
    const hanging = provider.chat(request, { signal: controller.signal });
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'LATTICE_ABORTED' });

    const second = new AbortController();
    const events: ChatEvent[] = [];
    for await (const event of provider.stream(request, { signal: second.signal })) {
      events.push(event);
      if (event.type === 'text-delta') second.abort();
    }
    expect(events.map((event) => event.type)).toEqual(['start', 'text-delta', 'error']);
    expect(provider.calls.map((call) => call.outcome)).toEqual(['aborted', 'aborted']);
  });

  it('records a reader who left', async () => {
    const provider = createMockProvider({ script: [{ answer: { text: 'a b c' } }] });
    for await (const event of provider.stream(request)) if (event.type === 'text-delta') break;
    expect(provider.calls[0]?.outcome).toBe('left');
  });

  it('says when its script is at an end, and when it is closed', async () => {
    const provider = createMockProvider({
      id: 'short',
      script: (_request, call) => ({ answer: { text: `call ${call}` } }),
    });
    expect((await provider.chat(request)).text).toBe('call 1');
    expect((await provider.chat(request)).text).toBe('call 2');
    await provider.close();
    expect(provider.isClosed).toBe(true);
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_CLOSED' });
    await expect(createMockProvider({ id: 'empty' }).chat(request)).rejects.toThrow(/"empty" has no step for call 1/);
  });

  it('is as healthy as it is told to be', async () => {
    const provider = createMockProvider({ health: { state: 'unauthorized', errorCode: 'LATTICE_AUTHENTICATION' } });
    expect(await provider.checkHealth()).toMatchObject({ provider: 'mock', state: 'unauthorized' });
    expect(provider.healthChecks).toBe(1);
  });
});
