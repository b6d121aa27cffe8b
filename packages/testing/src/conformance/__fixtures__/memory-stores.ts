import {
  addUsage,
  LatticeError,
  totalCost,
  unknownUsage,
  type ApiKeyRecord,
  type ApiKeyStore,
  type Decision,
  type DecisionStore,
  type LedgerEntry,
  type LedgerFilter,
  type LedgerGrouping,
  type LedgerSummaryRow,
  type OpenLedgerEntry,
  type Outcome,
  type OutcomeStore,
  type UsageLedger,
} from '@lattice-lock/contract';

/** What a store in memory can be made to do wrong. */
export type StoreFlaw =
  | 'writes-twice'
  | 'loses-precision'
  | 'takes-unknown-cost-for-zero'
  | 'counts-entries-as-requests'
  | 'local-days'
  | 'forgets-order'
  | 'inclusive-end'
  | 'overwrites'
  | 'settles-beside'
  | 'reopens'
  | 'hides-open'
  | 'counts-open'
  | 'revokes-again'
  | 'oldest-first'
  | 'no-limit'
  | 'spreads-late';

const groupOf: Readonly<Record<LedgerGrouping, (entry: LedgerEntry) => string>> = {
  model: (entry) => `${entry.provider}/${entry.model}`,
  provider: (entry) => entry.provider,
  'api-key': (entry) => entry.apiKeyId ?? '',
  day: (entry) => new Date(entry.startedAtMs).toISOString().slice(0, 10),
  status: (entry) => entry.status,
};

/** A ledger that forgets everything with its process. */
export class MemoryLedger implements UsageLedger {
  readonly #entries: LedgerEntry[] = [];
  readonly #flaw: StoreFlaw | undefined;

  constructor(flaw?: StoreFlaw) {
    this.#flaw = flaw;
  }

  open(entry: OpenLedgerEntry): Promise<void> {
    const known = this.#entries.findIndex(({ id }) => id === entry.id);
    if (known < 0) this.#entries.push(openedEntry(entry));
    else if (this.#flaw === 'reopens') this.#entries[known] = openedEntry(entry);
    return Promise.resolve();
  }

  record(entries: readonly LedgerEntry[]): Promise<void> {
    for (const entry of entries) {
      const known = this.#entries.findIndex(({ id }) => id === entry.id);
      const isOpen = this.#entries[known]?.status === 'open' && this.#flaw !== 'settles-beside';
      if (isOpen || this.#flaw === 'overwrites') this.#entries[known < 0 ? this.#entries.length : known] = entry;
      else if (known < 0 || this.#flaw === 'writes-twice') this.#entries.push(this.#kept(entry));
    }
    return Promise.resolve();
  }

  #kept(entry: LedgerEntry): LedgerEntry {
    const { costNanoUsd } = entry;
    if (this.#flaw !== 'loses-precision' || costNanoUsd === null) return entry;
    return { ...entry, costNanoUsd: BigInt(Number(costNanoUsd)) };
  }

  entries(filter: LedgerFilter = {}, limit = 1000): Promise<readonly LedgerEntry[]> {
    const list = this.#entries.filter((entry) => this.#matches(entry, filter));
    if (this.#flaw === 'hides-open') return Promise.resolve(list.filter(({ status }) => status !== 'open'));
    if (this.#flaw !== 'forgets-order') list.sort((a, b) => a.startedAtMs - b.startedAtMs);
    return Promise.resolve(list.slice(0, limit));
  }

  #matches(entry: LedgerEntry, { fromMs, untilMs, ...fields }: LedgerFilter): boolean {
    if (fromMs !== undefined && entry.startedAtMs < fromMs) return false;
    const last = this.#flaw === 'inclusive-end' ? 1 : 0;
    if (untilMs !== undefined && entry.startedAtMs >= untilMs + last) return false;
    return Object.entries(fields).every(([name, value]) => entry[name as keyof LedgerEntry] === value);
  }

  async summarize(groupBy: LedgerGrouping, filter?: LedgerFilter): Promise<readonly LedgerSummaryRow[]> {
    const groups = new Map<string, LedgerEntry[]>();
    const shiftMs = this.#flaw === 'local-days' ? 3_600_000 : 0;
    for (const entry of await this.entries(filter, Infinity)) {
      if (entry.status === 'open' && this.#flaw !== 'counts-open') continue;
      const group = groupOf[groupBy]({ ...entry, startedAtMs: entry.startedAtMs + shiftMs });
      groups.set(group, [...(groups.get(group) ?? []), entry]);
    }
    const unknown = this.#flaw === 'takes-unknown-cost-for-zero' ? 0n : null;
    return [...groups].map(([group, members]) => ({
      group,
      entries: members.length,
      requests:
        this.#flaw === 'counts-entries-as-requests'
          ? members.length
          : new Set(members.map((entry) => entry.requestId)).size,
      usage: addUsage(members.map((entry) => entry.usage)),
      cost: totalCost(members.map((entry) => entry.costNanoUsd ?? unknown)),
    }));
  }
}

function openedEntry(entry: OpenLedgerEntry): LedgerEntry {
  return {
    ...entry,
    status: 'open',
    errorCode: null,
    usage: unknownUsage,
    estimatedUsage: null,
    costNanoUsd: null,
    priceSource: null,
    durationMs: 0,
    firstTokenMs: null,
    upstreamRequestId: null,
  };
}

/** Keys that are forgotten with the process. */
export class MemoryApiKeyStore implements ApiKeyStore {
  readonly #keys = new Map<string, ApiKeyRecord>();
  readonly #flaw: StoreFlaw | undefined;

  constructor(flaw?: StoreFlaw) {
    this.#flaw = flaw;
  }

  insert(record: ApiKeyRecord): Promise<void> {
    const isTaken = [...this.#keys.values()].some(({ id, hash }) => id === record.id || hash === record.hash);
    if (isTaken && this.#flaw !== 'overwrites') {
      return Promise.reject(new LatticeError('LATTICE_STORAGE', 'The key exists.'));
    }
    this.#keys.set(record.id, record);
    return Promise.resolve();
  }

  findByHash(hash: string): Promise<ApiKeyRecord | undefined> {
    return Promise.resolve([...this.#keys.values()].find((record) => record.hash === hash));
  }

  list(): Promise<readonly ApiKeyRecord[]> {
    return Promise.resolve([...this.#keys.values()]);
  }

  revoke(id: string, atMs: number): Promise<boolean> {
    const record = this.#keys.get(id);
    const isOver = record?.revokedAtMs !== null && this.#flaw !== 'revokes-again';
    if (record === undefined || isOver) return Promise.resolve(false);
    this.#keys.set(id, { ...record, revokedAtMs: atMs });
    return Promise.resolve(true);
  }

  touch(id: string, atMs: number): Promise<void> {
    const record = this.#keys.get(id);
    if (record !== undefined) this.#keys.set(id, { ...record, lastUsedAtMs: atMs });
    return Promise.resolve();
  }
}

/** Decisions that are forgotten with the process. */
export class MemoryDecisionStore implements DecisionStore {
  readonly #decisions = new Map<string, string>();
  readonly #flaw: StoreFlaw | undefined;

  constructor(flaw?: StoreFlaw) {
    this.#flaw = flaw;
  }

  save(decision: Decision): Promise<void> {
    const lost = this.#flaw === 'spreads-late' ? { candidates: [] } : {};
    this.#decisions.set(decision.id, JSON.stringify({ ...decision, ...lost }));
    return Promise.resolve();
  }

  get(id: string): Promise<Decision | undefined> {
    const text = this.#decisions.get(id);
    return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as Decision));
  }

  list(limit = 100): Promise<readonly Decision[]> {
    const all = [...this.#decisions.values()].map((text) => JSON.parse(text) as Decision);
    const sign = this.#flaw === 'oldest-first' ? -1 : 1;
    all.sort((a, b) => sign * b.createdAt.localeCompare(a.createdAt));
    return Promise.resolve(this.#flaw === 'no-limit' ? all : all.slice(0, limit));
  }
}

/** Outcomes that are forgotten with the process. */
export class MemoryOutcomeStore implements OutcomeStore {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #flaw: StoreFlaw | undefined;

  constructor(flaw?: StoreFlaw) {
    this.#flaw = flaw;
  }

  add(outcome: Outcome): Promise<void> {
    const { requestId, apiKeyId, source } = outcome;
    const who = this.#flaw === 'overwrites' ? [] : [apiKeyId, source];
    const more = this.#flaw === 'writes-twice' ? [this.#outcomes.size] : [];
    this.#outcomes.set(JSON.stringify([requestId, ...who, ...more]), outcome);
    return Promise.resolve();
  }

  list(limit = 1000, sinceMs = -Infinity): Promise<readonly Outcome[]> {
    const first = this.#flaw === 'inclusive-end' ? sinceMs + 1 : sinceMs;
    const sign = this.#flaw === 'oldest-first' ? -1 : 1;
    const found = [...this.#outcomes.values()].filter(({ atMs }) => atMs >= first);
    found.sort((a, b) => sign * (b.atMs - a.atMs));
    return Promise.resolve(this.#flaw === 'no-limit' ? found : found.slice(0, limit));
  }
}
