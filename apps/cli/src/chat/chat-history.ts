import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** How many entries are kept from one conversation to the next. */
const keptEntries = 1000;

/** Stands for a line end, so that what was typed on several lines comes back as one that can be edited. */
const lineEnd = '\u23ce';

/** A message of several lines as one line of the history. */
function toHistoryEntry(text: string): string {
  return text.replaceAll('\n', lineEnd);
}

/** A line of the history as the message it was. */
export function fromHistoryEntry(entry: string): string {
  return entry.replaceAll(lineEnd, '\n');
}

/**
 * What was typed, kept in a file of the data directory that only its owner may read. A history that cannot be read or
 * written is no reason not to talk: it is then kept for this conversation only.
 */
export class ChatHistory {
  readonly #file: string;
  /** The newest first, as readline wants it. */
  #entries: string[] = [];

  constructor(dataDir: string) {
    this.#file = path.join(dataDir, 'chat-history');
  }

  /** The newest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Reads the file, and shortens one that has grown long. */
  async load(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    this.#entries = lines.slice(-keptEntries).reverse();
    if (lines.length <= 2 * keptEntries) return;
    const shorter = `${this.#file}.${process.pid}`;
    await writeFile(shorter, `${lines.slice(-keptEntries).join('\n')}\n`, { mode: 0o600 })
      .then(() => rename(shorter, this.#file))
      .catch(() => undefined);
  }

  /** Adds what was typed, unless it is what was typed before it. */
  async add(text: string): Promise<void> {
    const entry = toHistoryEntry(text.trim());
    if (entry === '' || entry === this.#entries[0]) return;
    this.#entries = [entry, ...this.#entries].slice(0, keptEntries);
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 })
      .then(() => appendFile(this.#file, `${entry}\n`, { mode: 0o600 }))
      .catch(() => undefined);
  }
}
