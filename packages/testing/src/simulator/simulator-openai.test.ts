import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from './index.ts';

describe('the OpenAI chat wire, spoken to by the official client', () => {
  let simulator: Simulator;
  let client: OpenAI;
  beforeAll(async () => {
    simulator = await startSimulator();
    client = new OpenAI({ apiKey: 'sk-test', baseURL: simulator.baseUrl('openai-chat') ?? '', maxRetries: 0 });
  });
  afterEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it('answers buffered and streamed alike, and counts what it served', async () => {
    const messages = [{ role: 'user' as const, content: 'How high is the Eiffel tower?' }];
    const whole = await client.chat.completions.create({ model: 'gpt-5-mini', messages });
    const text = whole.choices[0]?.message.content ?? '';
    expect(text).toContain('Lattice Lock simulator');
    expect(text).toContain('Eiffel tower');

    const stream = await client.chat.completions.create({
      model: 'gpt-5-mini',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? '');
      usage = chunk.usage ?? usage;
    }
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(10);
    expect(usage).toEqual(whole.usage);
    const served = simulator.served();
    expect(served.map((record) => record.outcome)).toEqual(['complete', 'complete']);
    expect(served[1]?.usageReported).toMatchObject({
      inputTokens: usage?.prompt_tokens,
      outputTokens: usage?.completion_tokens,
    });
  });
});
