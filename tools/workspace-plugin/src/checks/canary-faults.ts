/** A file to plant, and what has to be said about it. */
export interface PlantedFile {
  readonly name: string;
  readonly file: string;
  readonly code: string;
  /** What ESLint has to report in the file (or in `lintFile`): rule id and message. */
  readonly lint?: RegExp;
  readonly lintFile?: string;
  /** What our own reading of the arrows has to report. */
  readonly arrows?: RegExp;
}

const wrongLayer = /enforce-module-boundaries.*can only depend on libs tagged/;
const sdkBanned = /restricted.*vendor SDK/;
const createRequireBanned = /no-restricted-syntax.*createRequire/;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `  value += ${index};`).join('\n');

const arrows: readonly PlantedFile[] = [
  {
    name: 'upward',
    file: 'packages/catalog/src/canary-upward.ts',
    code: `export { estimateTokens } from '@lattice-lock/analysis';`,
    lint: wrongLayer,
    arrows: /layer:kit may not use layer:capability/,
  },
  {
    name: 'upward in a test file',
    file: 'packages/storage/src/canary-test-file.test.ts',
    code: `import * as engine from '@lattice-lock/execution';\nexport const names = Object.keys(engine);`,
    lint: wrongLayer,
    arrows: /layer:adapter may not use layer:engine/,
  },
  {
    name: 'upward, types only',
    file: 'packages/config/src/canary-type-only.ts',
    code: `import type { ConversationExecutor } from '@lattice-lock/execution';\nexport type Runner = ConversationExecutor;`,
    lint: wrongLayer,
    arrows: /layer:kit may not use layer:engine/,
  },
  {
    name: 'upward, by import()',
    file: 'packages/observability/src/canary-dynamic.ts',
    code: `export const load = () => import('@lattice-lock/selection');`,
    lint: wrongLayer,
    arrows: /layer:adapter may not use layer:capability/,
  },
  {
    name: 'upward, closing a circle (library to app)',
    file: 'packages/lattice-lock/src/canary-app.ts',
    code: `export { startServer } from '@lattice-lock/server';`,
    lint: /enforce-module-boundaries/,
    arrows: /layer:facade may not use layer:app/,
  },
  {
    name: 'library to tool',
    file: 'packages/auth/src/canary-tool.ts',
    code: `export * as plugin from '@lattice-lock/workspace-plugin/generators.json';`,
    arrows: /layer:capability may not use layer:tool/,
  },
  {
    name: 'sideways',
    file: 'packages/analysis/src/canary-sideways.ts',
    code: `export { createApiKeyService } from '@lattice-lock/auth';`,
    lint: /no-restricted-imports.*sideways/,
    arrows: /may not use its sister @lattice-lock\/auth/,
  },
  {
    name: 'sideways in a test file',
    file: 'packages/analysis/src/canary-sideways.test.ts',
    code: `export { createApiKeyService } from '@lattice-lock/auth';`,
    lint: /no-restricted-imports.*sideways/,
    arrows: /may not use its sister @lattice-lock\/auth/,
  },
  {
    name: 'sideways, closing a circle',
    file: 'packages/scoring/src/canary-circle.ts',
    code: `export { ModelSelector } from '@lattice-lock/selection';`,
    lint: /Circular dependency/,
    arrows: /may not use its sister @lattice-lock\/selection/,
  },
  {
    name: 'vendor to vendor',
    file: 'packages/providers/openai/src/canary-vendor.ts',
    code: `export { anthropic } from '@lattice-lock/provider-anthropic';`,
    lint: wrongLayer,
    arrows: /layer:provider may not use layer:provider/,
  },
  {
    name: 'relative into a sister',
    file: 'packages/scoring/src/canary-relative.ts',
    code: `export { loadCatalog } from '../../catalog/src/index.ts';`,
    lint: /enforce-module-boundaries.*relative/i,
    arrows: /leaves the room/,
  },
  {
    name: 'deep import of the source of a sister',
    file: 'packages/selection/src/canary-deep.ts',
    code: `export { loadCatalog } from '@lattice-lock/catalog/src/index.ts';`,
    arrows: /is not a door of @lattice-lock\/catalog/,
  },
  {
    name: 'sister that is allowed but not declared',
    file: 'packages/execution/src/canary-undeclared.ts',
    code: `export { createApiKeyService } from '@lattice-lock/auth';`,
    lint: /dependency-checks.*@lattice-lock\/auth/s,
    lintFile: 'packages/execution/package.json',
    arrows: /@lattice-lock\/auth is not declared/,
  },
  {
    name: 'testing room outside tests',
    file: 'packages/auth/src/canary-testing.ts',
    code: `export { createMockProvider } from '@lattice-lock/testing';`,
    lint: /no-restricted-imports.*testing room/,
    arrows: /only test files/,
  },
];

const packages: readonly PlantedFile[] = [
  {
    name: 'hoisted vendor SDK',
    file: 'packages/execution/src/canary-sdk.ts',
    code: `import OpenAI from 'openai';\nexport const client = OpenAI;`,
    lint: sdkBanned,
    arrows: /may name a vendor SDK/,
  },
  {
    name: 'hoisted vendor SDK, by import()',
    file: 'packages/auth/src/canary-sdk-dynamic.ts',
    code: `export const load = () => import('@anthropic-ai/sdk');`,
    lint: sdkBanned,
    arrows: /may name a vendor SDK/,
  },
  {
    name: 'hoisted vendor SDK, by import() of a template',
    file: 'packages/auth/src/canary-sdk-template.ts',
    code: 'export const load = () => import(`openai`);',
    lint: /no-restricted-syntax.*computed import/i,
    arrows: /may name a vendor SDK/,
  },
  {
    name: 'vendor SDK in a type',
    file: 'packages/scoring/src/canary-sdk-type.ts',
    code: `export type Client = import('openai').OpenAI;`,
    lint: sdkBanned,
    arrows: /may name a vendor SDK/,
  },
  {
    name: 'package that is not installed',
    file: 'packages/scoring/src/canary-absent.ts',
    code: `export { nothing } from 'a-package-that-is-not-there';`,
    arrows: /is not declared/,
  },
  {
    name: 'hoisted package that is not declared',
    file: 'packages/scoring/src/canary-hoisted.ts',
    code: `export { z } from 'zod';`,
    lint: /dependency-checks.*zod/s,
    lintFile: 'packages/scoring/package.json',
    arrows: /zod is not declared/,
  },
  {
    name: 'createRequire',
    file: 'packages/auth/src/canary-require.ts',
    code: `import { createRequire } from 'node:module';\nexport const sdk = createRequire(import.meta.url)('openai');`,
    lint: createRequireBanned,
    arrows: /createRequire/,
  },
  {
    name: 'createRequire under another name',
    file: 'packages/auth/src/canary-require-alias.ts',
    code: `import module, { createRequire as load } from 'node:module';\nexport const sdk = [load, module.createRequire];`,
    lint: createRequireBanned,
    arrows: /createRequire/,
  },
  {
    name: 'createRequire in a test file',
    file: 'packages/auth/src/canary-require.test.ts',
    code: `import module from 'node:module';\nexport const load = module['createRequire'];`,
    lint: createRequireBanned,
    arrows: /createRequire/,
  },
  {
    name: 'import of a computed name',
    file: 'packages/auth/src/canary-computed.ts',
    code: `export const load = (name: string) => import(name);`,
    lint: /no-restricted-syntax.*computed import/i,
    arrows: /computed import/,
  },
];

const habits: readonly PlantedFile[] = [
  {
    name: 'bare throw',
    file: 'packages/auth/src/canary-throw.ts',
    code: `export function fail(): never {\n  throw new Error('no code');\n}`,
    lint: /no-restricted-syntax.*LatticeError/,
  },
  {
    name: 'bare throw behind a comment that switches the rule off',
    file: 'packages/auth/src/canary-disabled.ts',
    code: `export function fail(): never {\n  // eslint-disable-next-line\n  throw new Error('no code');\n}`,
    lint: /no-restricted-syntax.*LatticeError/,
  },
  {
    name: 'type error behind a comment',
    file: 'packages/auth/src/canary-ignored.ts',
    code: `// @ts-ignore\nexport const wrong: string = 1;`,
    lint: /ban-ts-comment/,
  },
  {
    name: 'synchronous I/O in the engine',
    file: 'packages/execution/src/canary-sync.ts',
    code: `import * as fs from 'node:fs';\nexport const read = () => fs.readFileSync('x');`,
    lint: /no-restricted-syntax.*synchronous I\/O/,
  },
  {
    name: 'synchronous I/O in a route',
    file: 'apps/server/src/routes/canary-sync.ts',
    code: `import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x');`,
    lint: /no-restricted-syntax.*synchronous I\/O/,
  },
  {
    name: 'synchronous I/O in a provider',
    file: 'packages/providers/openai/src/canary-sync.ts',
    code: `import { execSync } from 'node:child_process';\nexport const run = execSync;`,
    lint: /no-restricted-syntax.*synchronous I\/O/,
  },
  {
    name: 'function longer than a screen',
    file: 'packages/auth/src/canary-function.ts',
    code: `export function sum(): number {\n  let value = 0;\n${lines(80)}\n  return value;\n}`,
    lint: /max-lines-per-function/,
  },
  {
    name: 'file that is two files',
    file: 'packages/auth/src/canary-file.ts',
    code: `export const text = \`\n${'line\n'.repeat(400)}\`;`,
    lint: /max-lines/,
  },
];

/** Every forbidden thing, each in a file of its own. */
export const faults: readonly PlantedFile[] = [...arrows, ...packages, ...habits];

/** What looks alike and is allowed: nothing may be said about these. */
export const controls: readonly PlantedFile[] = [
  {
    name: 'sister that is allowed',
    file: 'packages/selection/src/canary-allowed.ts',
    code: `export { loadCatalog } from '@lattice-lock/catalog';`,
  },
  {
    name: 'testing room in a test file',
    file: 'packages/execution/src/canary-allowed.test.ts',
    code: `export { createMockProvider } from '@lattice-lock/testing';\nexport { expect } from 'vitest';`,
  },
  {
    name: 'app to library',
    file: 'apps/cli/src/canary-allowed.ts',
    code: `export { openStorage } from '@lattice-lock/storage';`,
  },
  {
    name: 'vendor SDK in the room of its vendor',
    file: 'packages/providers/openai/src/canary-allowed.ts',
    code: `export const load = () => import('openai');`,
  },
];
