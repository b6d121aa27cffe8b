import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, readRooms } from '../workspace/rooms.ts';

/** Share of lines that the tests have to run, of the whole tree; no room may fall below the lower figure. */
const minTotalPercent = 90;
const minRoomPercent = 80;

const summaryFile = 'coverage/coverage-summary.json';

interface LineCounts {
  readonly total: number;
  readonly covered: number;
}

/** The counts of istanbul's json-summary, by absolute path of the file, and of all under `total`. */
export type CoverageSummary = Readonly<Record<string, { readonly lines: LineCounts }>>;

/**
 * Runs every test with coverage and judges the lines. `--read` judges what `npm test -- --coverage
 * --coverage.reporter=json-summary` or the gate `isolation` left behind, so that the tests do not run once more for it;
 * other arguments go to vitest.
 */
export function runWithCoverage(workspace: string, args: readonly string[]): GateResult {
  if (!args.includes('--read')) {
    rmSync(join(workspace, summaryFile), { force: true });
    const coverage = ['--coverage', '--coverage.reporter=json-summary'];
    const { status } = spawnSync('vitest', ['run', ...coverage, ...args], { cwd: workspace, stdio: 'inherit' });
    if (status !== 0) return { problems: ['tests failed'], summary: 'coverage was not judged' };
  }
  if (!existsSync(join(workspace, summaryFile))) {
    return { problems: [`${summaryFile} is missing: run npm run check -- test`], summary: 'nothing to judge' };
  }
  const folders = readRooms(workspace).map(({ folder }) => folder);
  const summary = readJson<CoverageSummary>(join(workspace, summaryFile));
  const rooms = coverageOfRooms(workspace, folders, summary);
  for (const { folder, percent } of rooms) process.stdout.write(`${folder.padEnd(40)}${percent.toFixed(1)} %\n`);
  return judgeCoverage(rooms, summary);
}

/** The share of lines that the tests of the whole tree run, of one room. */
export interface RoomCoverage {
  readonly folder: string;
  readonly percent: number;
}

/** A summary by room; rooms without measured lines are left out. */
export function coverageOfRooms(
  workspace: string,
  folders: readonly string[],
  summary: CoverageSummary,
): readonly RoomCoverage[] {
  return folders.flatMap((folder) => {
    const files = Object.entries(summary).filter(([file]) => relative(workspace, file).startsWith(`${folder}/`));
    const total = files.reduce((sum, [, { lines }]) => sum + lines.total, 0);
    const covered = files.reduce((sum, [, { lines }]) => sum + lines.covered, 0);
    return total === 0 ? [] : [{ folder, percent: (100 * covered) / total }];
  });
}

/** The problems of a summary: the whole below 90 %, or a room far below it. */
export function judgeCoverage(rooms: readonly RoomCoverage[], summary: CoverageSummary): GateResult {
  const lines = summary['total']?.lines ?? { total: 0, covered: 0 };
  const percent = lines.total === 0 ? 0 : (100 * lines.covered) / lines.total;
  const low = rooms.filter((room) => room.percent < minRoomPercent);
  return {
    problems: [
      ...(percent < minTotalPercent
        ? [`${percent.toFixed(1)} % of lines are tested; ${minTotalPercent} % have to be`]
        : []),
      ...low.map(
        (room) =>
          `${room.folder}: ${room.percent.toFixed(1)} % of lines are tested; no room is below ${minRoomPercent} %`,
      ),
    ],
    summary: `${percent.toFixed(1)} % of ${lines.total} lines`,
  };
}

if (isProgram(import.meta.url)) report('coverage', runWithCoverage(workspaceRoot, process.argv.slice(2)));
