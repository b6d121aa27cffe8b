import type { JsonObject } from '@lattice-lock/contract';
import type { LocalApi } from './local-address.ts';

/** The makes of server that say who they are; `other` speaks OpenAI's wire and does not say. */
type LocalServerKind = 'ollama' | 'vllm' | 'llama.cpp' | 'lm-studio' | 'other';

/** What is known of the server once it was connected to and has listed its models. */
export interface LocalServer {
  /** Without a path of any wire. */
  readonly root: string;
  readonly headers: Readonly<Record<string, string>>;
  kind: LocalServerKind;
}

/** Who lists models under which name (`owned_by` of `GET /v1/models`). */
const kindsByOwner: ReadonlyMap<unknown, LocalServerKind> = new Map([
  ['vllm', 'vllm'],
  ['llamacpp', 'llama.cpp'],
  ['organization_owner', 'lm-studio'],
]);

/** What is known before the server was asked for its models. */
export function describeLocalServer(
  api: LocalApi,
  baseUrl: string,
  headers: Readonly<Record<string, string>>,
): LocalServer {
  return { root: baseUrl.replace(/\/v1$/, ''), headers, kind: api === 'ollama' ? 'ollama' : 'other' };
}

/** Recognises the make by the list of models it sent. */
export function kindOfModelList({ data }: JsonObject): LocalServerKind {
  const [first] = Array.isArray(data) ? (data as readonly JsonObject[]) : [];
  return kindsByOwner.get(first?.['owned_by']) ?? 'other';
}
