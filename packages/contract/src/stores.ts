import type { Decision } from './decision.ts';
import type { ModelRef } from './model-info.ts';
import type { TaskKind } from './task-profile.ts';

/** Keeps decisions, so that every choice can be looked at and replayed later. */
export interface DecisionStore {
  save(decision: Decision): Promise<void>;
  get(id: string): Promise<Decision | undefined>;
  /** The newest first, at most `limit` (default 100). */
  list(limit?: number): Promise<readonly Decision[]>;
}

/** Who judged an answer: a user, a judging model or grader, or the task itself, which succeeded or did not. */
export type OutcomeSource = 'user' | 'judge' | 'task';

/** The form of a judgement: thumbs up or down, a graded score, or success and failure. */
export type OutcomeSignal = 'thumbs' | 'graded' | 'success';

/** What of a task's profile outcomes are compared by. */
export interface OutcomeTask {
  readonly kind: TaskKind;
  readonly domain: string;
  /** 0 (trivial) to 1 (expert). */
  readonly difficulty: number;
}

/** What came of a request, for learning. One for each request, key and source. */
export interface Outcome {
  readonly requestId: string;
  readonly decisionId: string | null;
  /** Who gave the answer that was judged; `null` when it is not known: nothing can be learned then. */
  readonly model: ModelRef | null;
  /** The task as it was understood for the decision; `null` when it is not known: nothing can be learned then. */
  readonly task: OutcomeTask | null;
  /** Who judged: the id of an API key; `null` for whoever runs the process. */
  readonly apiKeyId: string | null;
  /** 0 (useless) to 1 (right). */
  readonly score: number;
  readonly signal: OutcomeSignal;
  readonly source: OutcomeSource;
  readonly atMs: number;
  readonly comment: string | null;
}

/** Keeps outcomes. */
export interface OutcomeStore {
  /** Writes an outcome; one of the same request, key and source is replaced. Resolves when it is committed. */
  add(outcome: Outcome): Promise<void>;
  /** The newest first, at most `limit` (default 1000); with `sinceMs` only those from that instant on. */
  list(limit?: number, sinceMs?: number): Promise<readonly Outcome[]>;
}

/** An API key as it is stored: never the key itself. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  /** The first characters, to recognise it by. */
  readonly prefix: string;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly expiresAtMs: number | null;
}

/** Keeps API keys. */
export interface ApiKeyStore {
  /** @throws LatticeError `LATTICE_STORAGE` when the id or the hash exists. */
  insert(record: ApiKeyRecord): Promise<void>;
  findByHash(hash: string): Promise<ApiKeyRecord | undefined>;
  list(): Promise<readonly ApiKeyRecord[]>;
  /** Revokes; false when there is no such key or it is revoked already. */
  revoke(id: string, atMs: number): Promise<boolean>;
  touch(id: string, atMs: number): Promise<void>;
}

/** A small store of values with an optional lifetime. */
export interface KeyValueStore {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Admits or refuses by a number of points in a window. */
export interface RateLimiter {
  consume(
    key: string,
    points: number,
  ): Promise<{ readonly allowed: boolean; readonly remaining: number; readonly resetMs: number }>;
}

/** Turns texts into vectors of one fixed length. */
export interface Embedder {
  readonly dimensions: number;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
}

/** A neighbour found in a vector store. */
export interface VectorMatch {
  readonly id: string;
  /** Cosine similarity, -1 to 1. */
  readonly score: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Finds vectors near a vector. */
export interface VectorStore {
  upsert(id: string, vector: Float32Array, metadata: Readonly<Record<string, string>>): Promise<void>;
  search(vector: Float32Array, limit: number): Promise<readonly VectorMatch[]>;
  delete(id: string): Promise<void>;
}

/** One line of the audit trail. */
export interface AuditEvent {
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Keeps the audit trail. */
export interface AuditLog {
  append(event: AuditEvent): Promise<void>;
}
