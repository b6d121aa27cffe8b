import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { startSimulator } from './simulator/index.ts';

describe('the README', () => {
  it('shows an example that works', async () => {
    // readme:begin
    const simulator = await startSimulator();
    const client = new OpenAI({ apiKey: 'any', baseURL: simulator.baseUrl('openai-chat') });
    simulator.enqueue({ answer: { text: 'The tide is out.' } });
    const answer = await client.chat.completions.create({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'How is the sea?' }],
    });
    // readme:end
    expect(answer.choices[0]?.message.content).toBe('The tide is out.');
    expect(simulator.totals().usageReported.totalTokens).toBe(answer.usage?.total_tokens);
    await simulator.close();

    const own = await readFile(new URL(import.meta.url), 'utf8');
    const [, example = ''] = own.split(/^ *\/\/ readme:(?:begin|end)$/m);
    const shown = example.trim().replace(/^ {4}/gm, '');
    expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(shown);
  });

  it('is short enough to be read', async () => {
    const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    expect(text.split('\n').length).toBeLessThanOrEqual(120);
  });
});
