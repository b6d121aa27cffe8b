import type { JsonObject } from '@lattice-lock/contract';
import type { SimulatorWire } from '../simulator-request.ts';
import { statusError } from '../status-error.ts';
import { decodePathPart } from '../request-target.ts';

/** 15 Jan 2026: lists need a date, and a simulated model has none. */
export const createdAt = '2026-01-15T00:00:00Z';

/** OpenAI's description of a model, which its compatibles share. */
export function openAIModel(id: string): JsonObject {
  return { id, object: 'model', created: Date.parse(createdAt) / 1000, owned_by: 'lattice-lock-simulator' };
}

/** OpenAI's list of models. */
export function openAIModelList(names: readonly string[]): JsonObject {
  return { object: 'list', data: names.map(openAIModel) };
}

/**
 * The model that a path below `prefix` names; `undefined` when the path is none of these.
 *
 * @throws LatticeError status 404 for a model that is not listed
 */
export function listedModel(
  wire: SimulatorWire,
  path: string,
  prefix: string,
  names: readonly string[],
): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const name = decodePathPart(path.slice(prefix.length));
  if (names.includes(name)) return name;
  throw statusError(wire, 404);
}
