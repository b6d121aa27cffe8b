import process from 'node:process';

/** A gate of `npm run check`: its name and the command that is its whole work. */
export interface Gate {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** It takes minutes of one core: it runs beside the gates that follow it, and speaks when they are done. */
  readonly isAside?: true;
}

const ownCheck = (file: string) => `tools/workspace-plugin/src/checks/${file}.ts`;
const own = (name: string, file = name): Gate => ({ name, command: process.execPath, args: [ownCheck(file)] });
const script = (name: string): Gate => ({ name, command: 'npm', args: ['run', '--silent', name] });

/** What fails fastest comes first, then what takes longest; `wire` reads what `build` has built. */
export const gates: readonly Gate[] = [
  own('docs'),
  own('deprecations'),
  own('licences'),
  own('changes'),
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'knip', command: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'isolation', command: process.execPath, args: ['tools/isolation/src/test-isolation.ts'], isAside: true },
  own('test', 'coverage'),
  own('lint'),
  own('bundle'),
  own('snippets'),
  own('api'),
  own('canary'),
  own('provider-generator'),
  script('typecheck'),
  { name: 'type-tests', command: 'tsc', args: ['-b', 'tools/type-tests'] },
  own('commands'),
  own('eval'),
  own('token-aggregation'),
  script('build'),
  own('wire'),
  own('packaging'),
  own('packed-install'),
];
