import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const fixtures = fileURLToPath(new URL('./__fixtures__/', import.meta.url));
const vitest = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url));

interface FileReport {
  readonly name: string;
  readonly status: 'passed' | 'failed';
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

let folder: string;
let exitCode: number | null;
let output: string;
let files: readonly FileReport[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-isolation-'));
  const report = join(folder, 'report.json');
  const args = [
    vitest,
    'run',
    '--config',
    join(fixtures, 'planted.config.ts'),
    '--reporter=json',
    '--outputFile',
    report,
  ];
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, HOME, NODE_COMPILE_CACHE };
  const child = spawn(process.execPath, args, { cwd: fixtures, env, stdio: 'pipe' });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (written += String(chunk)));
  [exitCode] = (await once(child, 'close')) as [number | null];
  output = written;
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  files = (JSON.parse(text) as { testResults: readonly FileReport[] }).testResults;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function fileOf(name: string): FileReport | undefined {
  return files.find((file) => file.name.endsWith(name));
}

function failureOf(fullName: string): string | undefined {
  return fileOf('leaks.planted.ts')
    ?.assertionResults.find((result) => result.fullName === fullName)
    ?.failureMessages.join('\n')
    .split('\n')[0];
}

it('turns the run red', () => {
  expect(exitCode, output).toBe(1);
  expect(files).toHaveLength(4);
});

describe('a test that leaves', () => {
  it.each([
    ['process-wide state', 'process-wide state "planted cache" holds the entry a, the entry b'],
    ['an added variable', 'environment variable PLANTED_ADDED was added'],
    ['a changed variable', 'environment variable NODE_ENV was changed'],
    ['a removed variable', 'environment variable PATH was removed'],
    ['a stubbed variable', 'environment variable PLANTED_STUB was added'],
    ['a listener', 'listener of process on "SIGUSR2" was added and not removed'],
    ['one listener less', 'listener of process on "unhandledRejection" was removed that the test did not add'],
    ['a global', 'global plantedGlobal was added'],
    ['a replaced global', 'global fetch was replaced'],
    ['a global less', 'global structuredClone was removed'],
    ['a spy on Date.now', 'method Date.now was replaced and not restored'],
    ['a silenced console', 'method console.warn was replaced and not restored'],
    ['another directory', 'working directory was changed'],
    ['an exit code', 'process.exitCode was set to 3'],
    ['fake timers', 'clock: fake timers or a fake date were not restored (vi.useRealTimers)'],
    ['a fake date', 'clock: fake timers or a fake date were not restored (vi.useRealTimers)'],
    [
      'two things at once',
      'environment variable PLANTED_FIRST was added; listener of process on "SIGUSR2" was added and not removed',
    ],
    ['something in a hook', 'environment variable PLANTED_LATE was added'],
  ])('%s fails by that name and by no other', (name, what) => {
    expect(failureOf(`leaves ${name}`)).toBe(
      `LatticeError: This test leaves something behind in its process: ${what}.`,
    );
  });

  it('something while another one runs is told with it', () => {
    expect(failureOf('together the second of two')).toContain(
      'One of the tests that ran together (the first of two; the second of two) leaves something behind in its process: environment variable PLANTED_TOGETHER was added.',
    );
  });

  it('a secret is not quoted', () => {
    expect(JSON.stringify(files)).not.toContain('a secret');
  });
});

describe('a test that cleans up', () => {
  it('passes, however it does so', () => {
    const clean = fileOf('leaks.planted.ts')?.assertionResults.filter((one) =>
      one.fullName.startsWith('leaves nothing'),
    );
    expect(clean).toHaveLength(5);
    expect(clean?.flatMap((one) => one.failureMessages)).toEqual([]);
  });
});

describe('options', () => {
  it('ignore kinds and allow single things, and nothing beside them', () => {
    const file = fileOf('lenient.planted.ts');
    expect(file?.assertionResults.map(({ status }) => status)).toEqual(['passed', 'passed', 'failed']);
    expect(file?.assertionResults[2]?.failureMessages[0]).toContain('process: environment variable PLANTED_OTHER was');
  });
});

describe('a file', () => {
  it('that leaves handles or changes open in its hooks fails, not its tests', () => {
    const file = fileOf('open-server.planted.ts');
    expect(file?.status).toBe('failed');
    expect(file?.assertionResults.map((result) => result.status)).toEqual(['passed']);
    expect(file?.message).toContain('This file leaves something behind');
    expect(file?.message).toContain('environment variable PLANTED_BY_FILE was added');
    expect(file?.message).toContain('1 server (TCPServerWrap) still open');
    expect(file?.message).toContain('1 timer (Timeout) still open');
  });

  it('that closes its server passes, connections that are kept alive included', () => {
    expect(fileOf('closed-server.planted.ts')?.status).toBe('passed');
  });
});
