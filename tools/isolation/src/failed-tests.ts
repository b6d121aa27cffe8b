import type { TestModule } from 'vitest/node';

/** What failed in a run, a line each: its file, the test's name, and the first line of the reason. */
export function failuresOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): readonly string[] {
  const lines = modules
    .filter((module) => !module.ok())
    .flatMap((module) => {
      const file = module.relativeModuleId;
      const ofFile = module.errors().map(({ message }) => `${file}: ${firstLine(message)}`);
      const ofTests = [...module.children.allTests('failed')].map(
        (test) =>
          `${file}: ${test.fullName}: ${(test.result().errors ?? []).map(({ message }) => firstLine(message))[0]}`,
      );
      const all = [...ofFile, ...ofTests];
      return all.length > 0 ? all : [file];
    });
  const unhandled = unhandledErrors.map(
    (error) => `outside of any test: ${firstLine(error instanceof Error ? error.message : JSON.stringify(error))}`,
  );
  return [...lines, ...unhandled];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
