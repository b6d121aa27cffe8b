import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../workspace/command.ts';

/** A fault for a gate that is a tool of others: planted, the tool run where it lies, red expected with these words. */
interface GateFault {
  readonly gate: string;
  readonly file: string;
  readonly code: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Relative to the workspace. */
  readonly folder?: string;
  readonly said: RegExp;
}

const gateFaults: readonly GateFault[] = [
  {
    gate: 'format',
    file: 'packages/auth/src/canary-format.ts',
    code: `export const   text = "double"`,
    command: 'prettier',
    args: ['--check', 'packages/auth/src'],
    said: /canary-format\.ts/,
  },
  {
    gate: 'typecheck, by a type test',
    file: 'packages/contract/src/canary.test-d.ts',
    code: `import { expectTypeOf } from 'vitest';\nexpectTypeOf<string>().toEqualTypeOf<number>();`,
    command: 'tsc',
    args: ['-b', 'packages/contract'],
    said: /canary\.test-d\.ts/,
  },
  {
    gate: 'test',
    file: 'packages/contract/src/canary-red.test.ts',
    code: `import { expect, it } from 'vitest';\nit('is red', () => expect(1).toBe(2));`,
    command: 'vitest',
    args: ['run', 'packages/contract/src/canary-red'],
    said: /1 failed/,
  },
  {
    gate: 'knip, for an unused file',
    file: 'packages/contract/src/canary-unused.ts',
    code: `export const unused = 1;`,
    command: 'knip',
    args: ['--no-progress', '--no-config-hints'],
    said: /canary-unused\.ts/,
  },
  {
    gate: 'build',
    file: 'packages/auth/src/index.ts',
    code: `export { gone } from './gone.ts';`,
    command: 'tsup',
    args: ['--config', '../../tsup.config.ts'],
    folder: 'packages/auth',
    said: /gone/,
  },
];

/** Plants each in the throw-away copy and tells which tool stayed green or spoke of something else. */
export function checkGateFaults(root: string): readonly string[] {
  return gateFaults.flatMap(({ gate, file, code, command, args, folder, said }) => {
    writeFileSync(join(root, file), `${code}\n`);
    const { status, output } = runCommand(command, args, { cwd: join(root, folder ?? '') });
    rmSync(join(root, file));
    if (status !== 0 && said.test(output)) return [];
    return [`not red: ${gate} (${file}): ${command} ended with ${status}:\n${output}`];
  });
}

/** How many there are. */
export const gateFaultCount = gateFaults.length;
