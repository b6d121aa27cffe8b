import type { Leftover, LeftoverWatch } from './leftover.ts';

type Owner = Record<string, unknown>;

/** What tests like to spy on, by the name it is told under. Objects are looked up each time: they may be replaced. */
const watched: readonly (readonly [name: string, owner: () => object, methods: readonly string[]])[] = [
  ['Math', () => Math, ['random']],
  ['Date', () => Date, ['now']],
  ['performance', () => performance, ['now']],
  ['process', () => process, ['cwd', 'emitWarning', 'exit', 'hrtime', 'kill', 'on', 'once', 'uptime']],
  ['process.stdout', () => process.stdout, ['write']],
  ['process.stderr', () => process.stderr, ['write']],
  ['console', () => console, ['debug', 'error', 'info', 'log', 'warn']],
];

/** Sees methods of shared objects that a spy or a patch still stands in for. */
export const methodWatch: LeftoverWatch = {
  begin() {
    const before = watched.map(([name, ownerOf, methods]) => {
      const owner = ownerOf() as Owner;
      return { name, owner, methods: methods.map((method) => [method, owner[method]] as const) };
    });
    return () =>
      before.flatMap(({ name, owner, methods }) =>
        methods
          .filter(([method, earlier]) => owner[method] !== earlier)
          .map(([method, earlier]) => leftover(name, owner, method, earlier)),
      );
  },
};

function leftover(ownerName: string, owner: Owner, method: string, earlier: unknown): Leftover {
  return {
    kind: 'method',
    name: `${ownerName}.${method}`,
    change: 'was replaced and not restored',
    restore: () => void (owner[method] = earlier),
  };
}
