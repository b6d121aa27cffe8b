import type { LedgerRow } from './ledger-row.ts';

/** How long a beginning waits for its end, ms: what is over sooner is written once instead of twice. */
const patienceMs = 20;

interface Beginning {
  readonly rowOf: () => LedgerRow;
  readonly opened: Promise<void>;
  readonly follow: (written: Promise<unknown>) => void;
}

/**
 * Beginnings of attempts that are not written yet. One whose end comes first is never written by itself; a process that
 * dies within the patience of it leaves no trace of that attempt.
 */
export class BeginningEntries {
  readonly #write: (rows: readonly LedgerRow[]) => Promise<void>;
  #waiting = new Map<string, Beginning>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (rows: readonly LedgerRow[]) => Promise<void>) {
    this.#write = write;
  }

  /** Resolves when the beginning, or the end that came before it was written, is committed. Most never need their row. */
  add(id: string, rowOf: () => LedgerRow): Promise<void> {
    const known = this.#waiting.get(id);
    if (known !== undefined) return known.opened;
    let follow: Beginning['follow'] = () => undefined;
    const opened = new Promise<void>((resolve) => {
      follow = (written) => resolve(written.then(() => undefined));
    });
    this.#waiting.set(id, { rowOf, opened, follow });
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), patienceMs);
    return opened;
  }

  /** The ends of these entries are being written: their beginnings are no longer needed. */
  replace(ids: readonly string[], written: Promise<unknown>): void {
    for (const id of ids) {
      const beginning = this.#waiting.get(id);
      if (beginning === undefined) continue;
      this.#waiting.delete(id);
      beginning.follow(written);
    }
  }

  /** Writes what waits. A failure is told to those who opened it. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    const beginnings = [...this.#waiting.values()];
    this.#waiting = new Map();
    const written = this.#write(beginnings.map(({ rowOf }) => rowOf()));
    for (const { follow } of beginnings) follow(written);
    await written;
  }
}
