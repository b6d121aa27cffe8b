import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@lattice-lock/source', 'module', 'node', 'development|production'];

/** Runs the planted leaks alone, behind the setup file that any project would name. */
export const plantedConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['*.planted.ts'],
    cache: false,
    setupFiles: [fileURLToPath(new URL('../setup.ts', import.meta.url))],
  },
});

// The name that vitest looks for.
export { plantedConfig as default };
