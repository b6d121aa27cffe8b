import { createApiKeyService, type ApiKeyService, type ApiKeySummary } from '@lattice-lock/auth';
import { openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { formatTable } from '../terminal/table.ts';
import { parseFutureInstant } from '../terminal/time-span.ts';

/** Flags of `lattice keys create`. */
export interface KeysCreateFlags {
  readonly name: string;
  readonly expires?: string;
  readonly json?: boolean;
}

/** Makes a key and shows it, once: alone on standard output, what belongs to it on standard error. */
export async function runKeysCreate(flags: KeysCreateFlags, invocation: Invocation): Promise<ExitCode> {
  const { out, err, context } = invocation;
  const expiresAtMs =
    flags.expires === undefined ? undefined : parseFutureInstant('--expires', flags.expires, context.clock.now());
  return withKeys(invocation, async (keys) => {
    const { key, record } = await keys.create({
      name: flags.name,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    });
    if (flags.json === true) {
      const { hash: _hash, ...shown } = record;
      out.json({ key, ...shown });
      return exitCodes.ok;
    }
    out.line(key);
    const until = record.expiresAtMs === null ? 'does not expire' : `expires ${isoMinute(record.expiresAtMs)}`;
    err.line(`Key "${record.name}" (${record.id}), ${until}. It is shown this once: keep it in a safe place.`);
    return exitCodes.ok;
  });
}

/** Lists the keys, never anything they could be guessed from. */
export async function runKeysList(flags: { readonly json?: boolean }, invocation: Invocation): Promise<ExitCode> {
  const { out, err, context } = invocation;
  return withKeys(invocation, async (keys) => {
    const list = await keys.list();
    if (flags.json === true) {
      out.json(list.map((key) => ({ ...key, state: stateOf(key, context.clock.now()) })));
      return exitCodes.ok;
    }
    if (list.length === 0) {
      err.line('There is no key yet. Make one with: lattice keys create --name <who it is for>');
      return exitCodes.ok;
    }
    const rows = list.map((key) => [
      key.prefix,
      key.name,
      stateOf(key, context.clock.now()),
      isoMinute(key.createdAtMs),
      isoMinute(key.lastUsedAtMs),
      isoMinute(key.expiresAtMs),
      key.id,
    ]);
    const titles = ['BEGINS WITH', 'NAME', 'STATE', 'CREATED', 'LAST USED', 'EXPIRES', 'ID'];
    const columns = titles.map((title) => ({ title, isFlexible: title === 'NAME' }));
    for (const line of formatTable(columns, rows, { columns: Infinity, title: out.paint.bold })) out.line(line);
    return exitCodes.ok;
  });
}

/** Revokes a key by its id or its beginning. @throws LatticeError `LATTICE_NOT_FOUND`, or several begin like this */
export async function runKeysRevoke(
  idOrPrefix: string,
  flags: { readonly json?: boolean },
  invocation: Invocation,
): Promise<ExitCode> {
  return withKeys(invocation, async (keys) => {
    const { hash: _hash, ...record } = await keys.revoke(idOrPrefix);
    if (flags.json === true) invocation.out.json(record);
    else {
      invocation.out.line(
        `Revoked "${record.name}" (${record.id}, ${record.prefix}…) at ${isoMinute(record.revokedAtMs)}.`,
      );
    }
    return exitCodes.ok;
  });
}

async function withKeys(invocation: Invocation, work: (keys: ApiKeyService) => Promise<ExitCode>): Promise<ExitCode> {
  const storage = await openCommandStorage(await loadCommandConfig(invocation));
  try {
    return await work(createApiKeyService({ store: storage.apiKeys, clock: invocation.context.clock }));
  } finally {
    await storage.close();
  }
}

function stateOf({ revokedAtMs, expiresAtMs }: ApiKeySummary, nowMs: number): 'active' | 'revoked' | 'expired' {
  if (revokedAtMs !== null) return 'revoked';
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'expired' : 'active';
}

function isoMinute(ms: number | null): string {
  return ms === null ? '-' : `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
