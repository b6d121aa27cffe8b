import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@lattice-lock/config';
import type { Logger } from '@lattice-lock/contract';
import { createLogger, type OpenTelemetry } from '@lattice-lock/observability';
import type { Simulator } from '@lattice-lock/testing/simulator';
import { Writable } from 'node:stream';
import { LazySimulator } from '../lazy-simulator.ts';
import { startServer, type RunningServer } from '../start-server.ts';

/** A gateway on a real port whose providers are a simulator that the test scripts. */
export interface StartedGateway {
  readonly server: RunningServer;
  readonly simulator: Simulator;
  readonly key: string;
  /** Base URL for OpenAI's client. */
  readonly baseURL: string;
  readonly dataDir: string;
  /** Every log line so far, parsed. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** A request with the key and a JSON content type. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The key of the vendors' credentials in these tests; it must never be seen outside. */
export const vendorKey = 'sk-test-vendor-credential-0123456789';

/** Starts one. `settings` are further lines of its lattice.yaml, the first of them further providers. */
export async function startGateway(
  settings: readonly string[] | ((simulator: Simulator) => readonly string[]) = [],
  telemetry?: OpenTelemetry,
): Promise<StartedGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lattice-server-'));
  const simulator = await new LazySimulator().start();
  await writeFile(
    join(dataDir, 'lattice.yaml'),
    [
      'providers:',
      `  openai: { apiKey: ${vendorKey}, baseUrl: "${simulator.baseUrl('openai-chat')}" }`,
      `  anthropic: { apiKey: ${vendorKey}, baseUrl: "${simulator.baseUrl('anthropic-messages')}" }`,
      ...(typeof settings === 'function' ? settings(simulator) : settings),
    ].join('\n'),
  );
  const flags = { port: 0, dataDir };
  const config = await loadConfig({ cwd: dataDir, env: {}, flags });
  const logs: Readonly<Record<string, unknown>>[] = [];
  const server = await startServer({
    config,
    env: {},
    cwd: dataDir,
    logger: recordingLogger(logs),
    ...(telemetry === undefined ? {} : { telemetry }),
  });
  const key = server.firstKey ?? '';
  return {
    server,
    simulator,
    key,
    baseURL: `${server.url}/v1`,
    dataDir,
    logs,
    fetch: (path, init) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init?.headers },
      }),
    close: async () => {
      await server.close();
      await simulator.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function recordingLogger(logs: Readonly<Record<string, unknown>>[]): Logger {
  const destination = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      logs.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
      done();
    },
  });
  return createLogger({ destination });
}
