import process from 'node:process';

/** A gate of `npm run check`: its name and the command that is its whole work. */
export interface Gate {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** It takes minutes of one core: it runs beside the gates that follow it, and speaks when they are done. */
  readonly isAside?: true;
  /** A gate that stands aside, whose end it waits for. */
  readonly waitsFor?: string;
}

const ownCheck = (file: string) => `tools/workspace-plugin/src/checks/${file}.ts`;
const own = (name: string, file = name): Gate => ({ name, command: process.execPath, args: [ownCheck(file)] });
const script = (name: string): Gate => ({ name, command: 'npm', args: ['run', '--silent', name] });

/**
 * The longest chain, which needs one core and minutes, comes first and stands aside; then what fails fastest, then what
 * takes longest. `wire` reads what `build` has built, and `test` the coverage that `isolation` measured.
 */
export const gates: readonly Gate[] = [
  { name: 'isolation', command: process.execPath, args: ['tools/isolation/src/test-isolation.ts'], isAside: true },
  own('docs'),
  own('deprecations'),
  own('licences'),
  own('changes'),
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'knip', command: 'knip', args: ['--no-progress', '--no-config-hints'] },
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
  { ...own('test', 'coverage'), waitsFor: 'isolation' },
];

/** How the tests are run when a selection of gates is. */
export interface TestRuns {
  /** They ran just now and left their coverage. */
  readonly areTested: boolean;
}

/**
 * The gates of these names, in their order; all for none. The tests are not run three times where twice tells the same:
 * `test` reads the coverage of a run before (`areTested`), or of the first pass of `isolation`.
 */
export function selectGates(names: readonly string[], { areTested }: TestRuns): readonly Gate[] {
  const wanted = gates.filter(({ name }) => names.length === 0 || names.includes(name));
  const measures = !areTested && ['isolation', 'test'].every((name) => wanted.some((gate) => gate.name === name));
  return wanted.map((gate) => {
    if (gate.name === 'isolation' && measures) return { ...gate, args: [...gate.args, '--coverage'] };
    if (gate.name === 'test' && (measures || areTested)) return { ...gate, args: [...gate.args, '--read'] };
    return gate;
  });
}
