import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@lattice-lock/source', 'module', 'node', 'development|production'];
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs the planted leaks alone, behind the setup file that any project would name, and behind one with options. */
export const plantedConfig = defineConfig({
  root: here('.'),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    cache: false,
    projects: [
      {
        extends: true,
        test: { name: 'strict', include: ['*.planted.ts'], exclude: ['lenient.*'], setupFiles: [here('../setup.ts')] },
      },
      {
        extends: true,
        test: { name: 'lenient', include: ['lenient.planted.ts'], setupFiles: [here('lenient-setup.ts')] },
      },
    ],
  },
});

// The name that vitest looks for.
export { plantedConfig as default };
