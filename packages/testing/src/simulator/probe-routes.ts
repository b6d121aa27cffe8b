import type { JsonObject } from '@lattice-lock/contract';
import { hashText } from './seeded-random.ts';
import type { SimulatorOptions } from './simulator.ts';
import type { SimulatorWire } from './simulator-request.ts';
import { statusError } from './status-error.ts';

const defaultModels: Readonly<Record<SimulatorWire, readonly string[]>> = {
  'openai-chat': ['gpt-5', 'gpt-5-mini', 'gpt-4.1-mini'],
  'anthropic-messages': ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5'],
  'ollama-chat': ['llama3.2:3b', 'qwen3:4b'],
};

/** 15 Jan 2026: lists need a date, and a simulated model has none. */
const createdAt = '2026-01-15T00:00:00Z';

/**
 * The body of a health probe; `undefined` for a path that is none.
 *
 * @throws LatticeError status 404 for a model that is not listed
 */
export function probeBody(
  wire: SimulatorWire,
  path: string,
  models: SimulatorOptions['models'],
): JsonObject | undefined {
  const names = models?.[wire] ?? defaultModels[wire];
  if (wire === 'ollama-chat') return ollamaProbe(path, names);
  const describe = wire === 'openai-chat' ? openAIModel : anthropicModel;
  if (path === '/v1/models') {
    const data = names.map(describe);
    if (wire === 'openai-chat') return { object: 'list', data };
    return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
  }
  if (!path.startsWith('/v1/models/')) return undefined;
  const name = names.find(
    (known) => path === `/v1/models/${encodeURIComponent(known)}` || path === `/v1/models/${known}`,
  );
  if (name === undefined) throw statusError(wire, 404);
  return describe(name);
}

function openAIModel(id: string): JsonObject {
  return { id, object: 'model', created: Date.parse(createdAt) / 1000, owned_by: 'lattice-lock-simulator' };
}

function anthropicModel(id: string): JsonObject {
  return { type: 'model', id, display_name: `${id} (simulated)`, created_at: createdAt };
}

function ollamaProbe(path: string, names: readonly string[]): JsonObject | undefined {
  const describe = (name: string): JsonObject => ({
    name,
    model: name,
    modified_at: createdAt,
    size: 2_019_393_189,
    digest: hashText(name).repeat(9).slice(0, 12),
    details: { format: 'gguf', family: 'simulated', parameter_size: '3.2B', quantization_level: 'Q4_K_M' },
  });
  switch (path) {
    case '/api/version':
      return { version: '0.13.0-lattice-lock-simulator' };
    case '/api/tags':
      return { models: names.map(describe) };
    case '/api/ps':
      return { models: [] };
    default:
      return undefined;
  }
}
