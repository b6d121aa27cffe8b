import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Runs only what is planted here. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['*.planted.ts'],
    cache: false,
    coverage: { reportsDirectory: process.env['COVERAGE_FOLDER'] ?? 'coverage' },
  },
});
