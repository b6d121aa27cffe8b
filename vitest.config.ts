import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Not 'module': Node would take it for its own, and packages of the AWS SDK have a form under it that only bundlers read.
const conditions = ['@lattice-lock/source', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'apps/**/src/**/*.test.ts', 'tools/**/src/**/*.test.ts'],
    // Tests that start a program of ours need not compile it each time.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url)) },
    // Files share a process for each core: no test depends on what ran before it, and the gate `isolation` proves it.
    isolate: false,
    setupFiles: ['./packages/testing/src/vitest/setup.ts'],
    // Every core: of two, vitest would leave one to the editor.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    coverage: {
      provider: 'v8',
      include: ['packages/**/src/**/*.ts', 'apps/**/src/**/*.ts'],
      // A failing test must not hide what the rest covers.
      reportOnFailure: true,
    },
  },
});
