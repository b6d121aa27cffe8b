import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFile, MeasuredProcess } from './measured-process.ts';
import type { LoadOrder, LoadReport } from './load-generator.ts';
import { percentile, spreadOf, type Spread } from './statistics.ts';
import { fixed, formatTable } from './table.ts';
import { benchKey, eventsPerStream, upstreamModels } from './workload.ts';

/** How the server is measured. */
export interface ServerBenchOptions {
  readonly rounds: number;
  readonly durationMs: number;
  readonly concurrency: number;
  /** The repository's root, where `apps/server/dist` is. */
  readonly root: string;
  /** Also measures the server with stores that keep nothing. */
  readonly withoutStorage: boolean;
  /** Names of scenarios and sides to measure; empty for all. The floor is always among the sides. */
  readonly scenarios: readonly string[];
  readonly sides: readonly string[];
  /** Where CPU profiles of the servers are written; `null` for none. */
  readonly profileDir: string | null;
}

/** A gateway that runs. */
interface Gateway {
  readonly name: string;
  readonly process: MeasuredProcess;
  readonly url: string;
  readonly key: string;
  readonly rssIdleMb: number;
  stop(): Promise<void>;
}

/** One gateway asked for one model. */
interface Side {
  readonly name: string;
  readonly gateway: Gateway;
  /** What the caller writes as `model`. */
  modelOf(scenario: Scenario): string;
}

interface Scenario {
  readonly name: 'buffered' | 'streamed' | 'paced';
  readonly stream: boolean;
  readonly model: string;
  readonly concurrency: number;
}

interface Round {
  readonly cpuUsPerCall: number;
  readonly firstByteP50Ms: number;
  readonly firstByteP99Ms: number;
  readonly callsPerSecond: number;
  readonly rssMb: number;
  readonly calls: number;
}

/** What a side cost in a scenario. Ratios are to the floor in the same run. */
export interface ServerFigure {
  readonly scenario: string;
  readonly side: string;
  readonly cpuUsPerCall: Spread;
  readonly cpuUsPerEvent: number | null;
  readonly timesFloor: number;
  readonly firstByteP50Ms: number;
  readonly addedFirstByteMs: number;
  readonly firstByteP99Ms: number;
  readonly callsPerSecond: number;
  readonly rssLoadedMb: number;
  readonly calls: number;
}

/** Everything of one run. */
export interface ServerReport {
  readonly figures: readonly ServerFigure[];
  readonly rssIdleMb: Readonly<Record<string, number>>;
}

/**
 * A gateway runs for weeks, so what it costs is what it costs once V8 is done compiling it, which takes some thirty
 * thousand calls (measured: after eight thousand a sixth of its CPU still goes there); the scenarios share most of the
 * code. By calls and not by time, or the dearer side would be measured colder.
 */
const warmUpCalls = 20_000;
const warmUpMs = 2500;
const warmUpRounds = 16;

/** Measures the built server beside the floor: all sides run at once, asked in turn, round by round. */
export async function benchServer(options: ServerBenchOptions): Promise<ServerReport> {
  const upstream = new MeasuredProcess(benchFile('./upstream.ts'));
  const { ready: port } = await upstream.message<{ ready: number }>();
  const upstreamUrl = `http://127.0.0.1:${port}/v1`;
  const load = new MeasuredProcess(benchFile('./load-generator.ts'));
  await load.message();
  const gateways = [await startFloor(upstreamUrl), await startServer(upstreamUrl, options, false)];
  if (options.withoutStorage) gateways.push(await startServer(upstreamUrl, options, true));
  try {
    const rssIdleMb: Record<string, number> = {};
    for (const gateway of gateways) rssIdleMb[gateway.name] = gateway.rssIdleMb;
    const sides = gateways
      .flatMap(sidesOf)
      .filter(
        ({ name }) => name === 'floor' || options.sides.length === 0 || options.sides.some((one) => name.endsWith(one)),
      );
    const scenarios = scenariosOf(options);
    for (const side of sides) for (const scenario of scenarios.slice(0, 2)) await warmUp(load, side, scenario);
    const rounds = new Map<string, Round[]>();
    for (let round = 0; round < options.rounds; round += 1) {
      for (const scenario of scenarios) {
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          const key = `${scenario.name} ${side.name}`;
          rounds.set(key, [...(rounds.get(key) ?? []), await measure(load, side, scenario, options.durationMs)]);
        }
      }
    }
    return { figures: figuresOf(scenarios, sides, rounds), rssIdleMb };
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await load.stop();
    await upstream.stop();
  }
}

function scenariosOf({ concurrency, scenarios }: ServerBenchOptions): readonly Scenario[] {
  const all: readonly Scenario[] = [
    { name: 'buffered', stream: false, model: upstreamModels.burst, concurrency },
    { name: 'streamed', stream: true, model: upstreamModels.burst, concurrency },
    { name: 'paced', stream: true, model: upstreamModels.paced, concurrency: 50 },
  ];
  return scenarios.length === 0 ? all : all.filter(({ name }) => scenarios.includes(name));
}

function sidesOf(gateway: Gateway): readonly Side[] {
  if (gateway.name === 'floor') return [{ name: 'floor', gateway, modelOf: (scenario) => scenario.model }];
  return [
    { name: `${gateway.name}, explicit model`, gateway, modelOf: (scenario) => `openai-compatible/${scenario.model}` },
    // The upstream answers any model at once, so `auto` has no paced scenario of its own.
    { name: `${gateway.name}, auto`, gateway, modelOf: () => 'auto' },
  ];
}

async function startFloor(upstreamUrl: string): Promise<Gateway> {
  const process = new MeasuredProcess(benchFile('./floor-gateway.ts'), { args: [upstreamUrl], isMeasured: true });
  const { url, key } = await process.firstLine<{ url: string; key: string }>();
  const gateway = { name: 'floor', process, url: `${url}/v1`, key, stop: () => process.stop() };
  return { ...gateway, rssIdleMb: await idleRss(process) };
}

async function startServer(upstreamUrl: string, options: ServerBenchOptions, isNull: boolean): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'lattice-bench-'));
  const provider = `{ apiKey: ${benchKey}, baseUrl: "${upstreamUrl}", passthrough: true }`;
  const settings = `providers:\n  openai-compatible: ${provider}\n  openai: ${provider}\n`;
  await writeFile(join(folder, 'lattice.yaml'), settings);
  const execArgv = [
    ...(isNull ? ['--import', new URL('./null-storage.mjs', import.meta.url).href] : []),
    ...(options.profileDir === null ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profileDir]),
  ];
  const process = new MeasuredProcess(join(options.root, 'apps/server/dist/main.js'), {
    args: ['--json', '--port', '0', '--data-dir', join(folder, 'data')],
    execArgv,
    cwd: folder,
    env: { LATTICE_ENV: 'production', LATTICE_LOCK_SECRET_KEY: 'bench'.repeat(8) },
    isMeasured: true,
  });
  const { url, key } = await process.firstLine<{ url: string; key: string }>();
  return {
    name: isNull ? 'server without storage' : 'server',
    process,
    url: `${url}/v1`,
    key,
    rssIdleMb: await idleRss(process),
    stop: async () => {
      await process.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Two seconds after the start nothing of it goes on any more. */
async function idleRss(process: MeasuredProcess): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return (await process.use()).rssMb;
}

function ask(load: MeasuredProcess, side: Side, scenario: Scenario, durationMs: number): Promise<LoadReport> {
  const { url, key } = side.gateway;
  const { stream, concurrency } = scenario;
  const order: LoadOrder = { url, key, model: side.modelOf(scenario), stream, concurrency, durationMs };
  return load.ask<LoadReport>(order);
}

async function warmUp(load: MeasuredProcess, side: Side, scenario: Scenario): Promise<void> {
  let calls = 0;
  for (let round = 0; round < warmUpRounds && calls < warmUpCalls; round += 1) {
    calls += (await ask(load, side, scenario, warmUpMs)).calls;
  }
}

async function measure(load: MeasuredProcess, side: Side, scenario: Scenario, durationMs: number): Promise<Round> {
  const before = await side.gateway.process.use();
  const report = await ask(load, side, scenario, durationMs);
  const after = await side.gateway.process.use();
  if (report.errors > 0 || report.calls === 0) {
    throw new TypeError(`${side.name}, ${scenario.name}: ${report.errors} failures, the first: ${report.firstError}`);
  }
  return {
    cpuUsPerCall: (after.cpuUs - before.cpuUs) / report.calls,
    firstByteP50Ms: percentile(report.firstByteMs, 0.5),
    firstByteP99Ms: percentile(report.firstByteMs, 0.99),
    callsPerSecond: (report.calls / report.wallMs) * 1000,
    rssMb: after.rssMb,
    calls: report.calls,
  };
}

function figuresOf(
  scenarios: readonly Scenario[],
  sides: readonly Side[],
  rounds: ReadonlyMap<string, readonly Round[]>,
): readonly ServerFigure[] {
  return scenarios.flatMap((scenario) => {
    const of = (side: string, field: (round: Round) => number) =>
      spreadOf((rounds.get(`${scenario.name} ${side}`) ?? []).map(field));
    const floor = of('floor', (round) => round.cpuUsPerCall).median;
    const floorFirstByte = of('floor', (round) => round.firstByteP50Ms).median;
    return sides
      .filter((side) => scenario.name !== 'paced' || !side.name.endsWith('auto'))
      .map(({ name }): ServerFigure => {
        const cpuUsPerCall = of(name, (round) => round.cpuUsPerCall);
        const firstByteP50Ms = of(name, (round) => round.firstByteP50Ms).median;
        return {
          scenario: scenario.name,
          side: name,
          cpuUsPerCall,
          cpuUsPerEvent: scenario.stream ? cpuUsPerCall.median / eventsPerStream : null,
          timesFloor: cpuUsPerCall.median / floor,
          firstByteP50Ms,
          addedFirstByteMs: firstByteP50Ms - floorFirstByte,
          firstByteP99Ms: of(name, (round) => round.firstByteP99Ms).median,
          callsPerSecond: of(name, (round) => round.callsPerSecond).median,
          rssLoadedMb: of(name, (round) => round.rssMb).max,
          calls: (rounds.get(`${scenario.name} ${name}`) ?? []).reduce((sum, round) => sum + round.calls, 0),
        };
      });
  });
}

/** The report as text. */
export function formatServerReport({ figures, rssIdleMb }: ServerReport): string {
  const header = [
    'scenario',
    'side',
    'CPU us/call',
    'min-max',
    'us/event',
    'x floor',
    'first byte p50 ms',
    'added ms',
    'p99 ms',
    'calls/s',
    'RSS MB',
    'calls',
  ];
  const rows = figures.map((one) => [
    one.scenario,
    one.side,
    fixed(one.cpuUsPerCall.median),
    `${fixed(one.cpuUsPerCall.min)}-${fixed(one.cpuUsPerCall.max)}`,
    one.cpuUsPerEvent === null ? '' : fixed(one.cpuUsPerEvent, 1),
    fixed(one.timesFloor, 2),
    fixed(one.firstByteP50Ms, 2),
    fixed(one.addedFirstByteMs, 2),
    fixed(one.firstByteP99Ms, 2),
    fixed(one.callsPerSecond),
    fixed(one.rssLoadedMb),
    String(one.calls),
  ]);
  const idle = Object.entries(rssIdleMb).map(([name, mb]) => `${name} ${fixed(mb)} MB`);
  return `${formatTable(header, rows)}\n\nRSS idle: ${idle.join(', ')}`;
}
