import type { JsonObject } from '@lattice-lock/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator, type SimulatorWire } from './index.ts';
import { wireSamples } from './__fixtures__/wire-samples.ts';

const chat: JsonObject = { logprobs: true, top_logprobs: 3 };

/** How each wire is asked for three likely tokens at each place. */
const asking: Partial<Readonly<Record<SimulatorWire, JsonObject>>> = {
  'openai-chat': chat,
  'azure-openai': chat,
  'xai-chat': chat,
  'ollama-chat': chat,
  'openai-responses': { top_logprobs: 3, include: ['message.output_text.logprobs'] },
  gemini: { generationConfig: { responseLogprobs: true, logprobs: 3 } },
};
const wires = Object.keys(asking) as SimulatorWire[];

/** Every object of a tree that has a token and its probability. */
function likelyTokens(value: unknown): readonly { readonly token: string; readonly isTop: boolean }[] {
  const found: { token: string; isTop: boolean }[] = [];
  const walk = (node: unknown, isTop: boolean): void => {
    if (typeof node !== 'object' || node === null) return;
    const { token, logprob, logProbability } = node as Record<string, unknown>;
    const probability = logprob ?? logProbability;
    if (typeof token === 'string' && typeof probability === 'number') {
      expect(probability).toBeLessThanOrEqual(0);
      found.push({ token, isTop });
    }
    for (const [name, child] of Object.entries(node)) {
      walk(child, isTop || name === 'top_logprobs' || name === 'topCandidates');
    }
  };
  walk(value, false);
  return found;
}

describe('probabilities of tokens', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
    simulator.respondWith(() => ({ answer: { text: 'The tide is out.' } }));
  });
  afterAll(() => simulator.close());

  const ask = async (wire: SimulatorWire, stream: boolean, more: JsonObject) => {
    const sample = wireSamples[wire];
    const body = JSON.stringify({ ...sample.body(stream), ...more });
    const response = await fetch(`${simulator.url}${sample.path(stream)}`, { method: 'POST', body });
    return response.text();
  };

  it.each(wires)('%s: come when asked for, join to the text, and have their rivals', async (wire) => {
    const tokens = likelyTokens(JSON.parse(await ask(wire, false, asking[wire] ?? {})));
    const chosen = tokens.filter(({ isTop }) => !isTop);
    expect(chosen.map(({ token }) => token).join('')).toBe('The tide is out.');
    expect(tokens.length - chosen.length).toBe(3 * chosen.length);
    expect(simulator.served().at(-1)?.chat?.topLogprobs).toBe(3);
    expect(likelyTokens(JSON.parse(await ask(wire, false, {})))).toEqual([]);
  });

  it.each(wires)('%s: say the same in a stream', async (wire) => {
    const lines = (await ask(wire, true, asking[wire] ?? {})).split(/\r?\n/).map((line) => line.replace(/^data: /, ''));
    const events = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as JsonObject);
    // Responses say everything again when a part is done.
    const deltas = wire === 'openai-responses' ? events.filter(({ type }) => String(type).endsWith('.delta')) : events;
    const chosen = likelyTokens(deltas).filter(({ isTop }) => !isTop);
    expect(chosen.map(({ token }) => token).join('')).toBe('The tide is out.');
  });
});
