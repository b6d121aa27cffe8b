import type { Durability } from './sqlite-connection.ts';

/** What the writer thread is started with. */
export interface WriterSettings {
  readonly file: string;
  readonly durability: Durability;
}

/**
 * A group of writes, flat, because cloning many small objects costs more than writing them. Statement texts go over
 * once and are numbered from 0 in the order of their coming.
 */
export interface WriteGroup {
  /** Texts not sent before, each with the number of its parameters. */
  readonly texts: readonly (readonly [sql: string, parameters: number])[];
  /** For each write: how many statements, then the number of each text. */
  readonly plan: readonly number[];
  /** The parameters of all statements, one after the other. */
  readonly values: readonly unknown[];
}

/** Why a write failed, as it can be told across threads. */
export interface WriteFailure {
  readonly message: string;
  /** SQLite's extended result code. */
  readonly errcode?: number;
  /** The file system's code. */
  readonly code?: string;
}

/** For each write of the group, in order: changed rows of each statement, or why it failed. */
export type WriteReply = readonly (readonly number[] | WriteFailure)[];

/** What the thread is told: a group, to bring what others have committed into the file itself, or to end. */
export type WriterMessage = WriteGroup | 'checkpoint' | 'close';
