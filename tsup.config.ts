import { existsSync } from 'node:fs';
import { defineConfig } from 'tsup';

/** Entry points of a package: its index and, where it has them, the doors named in `src/doors`. */
const entry = [
  'src/index.ts',
  'src/simulator/index.ts',
  'src/conformance/index.ts',
  'src/record/index.ts',
  'src/budget/index.ts',
  'src/training/index.ts',
  'src/semantic/index.ts',
  'src/assertions/index.ts',
  'src/vitest/index.ts',
  'src/vitest/setup.ts',
  'src/main.ts',
  'src/sqlite-writer-thread.ts',
].filter((file) => existsSync(file));

export default defineConfig({
  entry,
  format: ['esm'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node22',
  removeNodeProtocol: false,
});
