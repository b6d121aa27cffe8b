import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@lattice-lock/config';
import { silentLogger } from '@lattice-lock/contract';
import { startServer, type RunningServer } from '@lattice-lock/server';
import { openStorage, type Storage } from '@lattice-lock/storage';
import OpenAI from 'openai';
import { Upstream } from './upstream.ts';

/** Everything the demo runs on. */
export interface DemoStage {
  readonly upstream: Upstream;
  readonly gateway: RunningServer;
  /** The gateway's own books, read as another process would: `lattice usage` does the same. */
  readonly books: Storage;
  /** The official client, pointed at the gateway. It does not retry: what fails is shown. */
  readonly client: OpenAI;
  /** Stops everything and removes the data folder. May be called twice. */
  close(): Promise<void>;
}

/** Starts the vendors in another process, and in front of them the gateway with two providers configured. */
export async function setStage(): Promise<DemoStage> {
  const opened: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeInTurn(opened.toReversed()));
  try {
    const folder = await mkdtemp(join(tmpdir(), 'lattice-demo-'));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    const upstream = await Upstream.start();
    opened.push(() => upstream.close());
    await writeFile(join(folder, 'lattice.yaml'), configText(upstream.url));
    const config = await loadConfig({ cwd: folder, env: {}, flags: { port: 0, dataDir: folder } });
    const gateway = await startServer({ config, env: {}, cwd: folder, logger: silentLogger });
    opened.push(() => gateway.close());
    const books = await openStorage({ dataDir: folder });
    opened.push(() => books.close());
    const client = new OpenAI({ apiKey: gateway.firstKey ?? '', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    return { upstream, gateway, books, client, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeInTurn(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of steps) await close();
}

function configText(url: string): string {
  return [
    'providers:',
    `  openai: { apiKey: demo-key, baseUrl: "${url}/v1" }`,
    `  anthropic: { apiKey: demo-key, baseUrl: "${url}" }`,
    'execution: { retryBaseDelayMs: 20, retryMaxDelayMs: 100 }',
    '',
  ].join('\n');
}
