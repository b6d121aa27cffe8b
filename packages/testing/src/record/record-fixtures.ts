import { LatticeError, type HttpTransport } from '@lattice-lock/contract';
import { fetchTransport } from './fetch-transport.ts';
import { Recorder } from './recorder.ts';
import { readRecording, writeRecording } from './recording-file.ts';
import { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts';
import { Replayer } from './replayer.ts';
import { createSecretMask } from './secret-mask.ts';

/** What is recorded where. */
export interface RecordFixturesOptions {
  /** The JSON Lines file of this test. */
  readonly file: string;
  /** Default: `record` when the environment says `LATTICE_RECORD=1`, else `replay`. */
  readonly mode?: 'record' | 'replay';
  /** Carries the real traffic while recording. Default: Node's `fetch`. */
  readonly transport?: HttpTransport;
  /** Credentials to mask beside those found in headers, in the environment and by their shape. */
  readonly secrets?: readonly string[];
  /** Names of body fields that differ from run to run, such as `user`: no difference between requests. */
  readonly ignoreFields?: readonly string[];
}

/** A recording that is being made or replayed. */
export interface FixtureRecording {
  readonly mode: 'record' | 'replay';
  /** For providers: `createOpenAIProvider({ apiKey, transport: recording.transport })`. */
  readonly transport: HttpTransport;
  /** For clients that take a base URL: a server on 127.0.0.1 in place of `target`. */
  proxy(target: string): Promise<RecordingProxy>;
  /** Recorded exchanges that were not asked for; none while recording. */
  unused(): readonly string[];
  /** Ends proxies and transport. While recording, it writes the file, whole or not at all. */
  close(): Promise<void>;
}

/**
 * Records the real traffic of a test once, and replays it offline ever after, with the chunks of every body as they
 * came. Only allowed headers are kept; credentials are masked in URLs and bodies, both ways, before anything is written.
 *
 * @throws LatticeError `LATTICE_CONFIG` when there is nothing to replay, or the file is no recording
 */
export async function recordFixtures(options: RecordFixturesOptions): Promise<FixtureRecording> {
  const { file, ignoreFields = [], mode = process.env['LATTICE_RECORD'] === '1' ? 'record' : 'replay' } = options;
  const mask = createSecretMask([...(options.secrets ?? []), ...credentialsOfEnvironment(process.env)]);
  const proxies: RecordingProxy[] = [];
  const closeProxies = () => Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  const proxyOf = (transport: HttpTransport) => async (target: string) => {
    const proxy = await startRecordingProxy(target, transport);
    proxies.push(proxy);
    return proxy;
  };
  if (mode === 'record') {
    const recorder = new Recorder(options.transport ?? fetchTransport, mask);
    return {
      mode,
      transport: recorder,
      proxy: proxyOf(recorder),
      unused: () => [],
      close: async () => {
        await closeProxies();
        await recorder.close();
        await writeRecording(file, recorder.exchanges(), mask);
      },
    };
  }
  const exchanges = await readRecording(file);
  if (exchanges === null) {
    const message = `There is no recording ${file}. Make it once with LATTICE_RECORD=1 and the real credential.`;
    throw new LatticeError('LATTICE_CONFIG', message);
  }
  const replayer = new Replayer(file, exchanges, mask, new Set(ignoreFields));
  return {
    mode,
    transport: replayer,
    proxy: proxyOf(replayer),
    unused: () => replayer.unused(),
    close: async () => {
      await closeProxies();
      await replayer.close();
    },
  };
}

/** Values that are named and look like credentials: long, without blanks, and no plain word. */
function credentialsOfEnvironment(environment: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const isNamed = /(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)(?:_ID)?$/i.test(name);
    return isNamed && value !== undefined && /^(?=.*\d)\S{16,}$/.test(value) ? [value] : [];
  });
}
