import nx from '@nx/eslint-plugin';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';

const layer = (name) => `layer:${name}`;
const mayUse = (source, ...targets) => ({
  sourceTag: layer(source),
  onlyDependOnLibsWithTags: targets.map(layer),
});

/** The floors: an arrow only goes down. ARCHITECTURE.md draws them; testing may be used by any room's tests. */
const floors = [
  mayUse('contract'),
  mayUse('testing', 'contract'),
  mayUse('kit', 'contract', 'kit', 'testing'),
  mayUse('adapter', 'contract', 'testing'),
  mayUse('provider', 'contract', 'kit', 'testing'),
  mayUse('capability', 'contract', 'kit', 'capability', 'testing'),
  mayUse('engine', 'contract', 'kit', 'capability', 'engine', 'testing'),
  mayUse('facade', 'contract', 'kit', 'adapter', 'provider', 'capability', 'engine', 'testing'),
  mayUse('app', 'contract', 'testing', 'kit', 'adapter', 'provider', 'capability', 'engine', 'facade', 'app'),
  mayUse('tool', 'contract', 'testing', 'kit', 'adapter', 'provider', 'capability', 'engine', 'facade', 'app', 'tool'),
];

const vendorSdk = '^(openai|ollama|@anthropic-ai|@aws-sdk|@azure|@google)(/|$)';
const testFiles = ['**/*.test.ts', '**/*.test-d.ts'];

/** Sideways arrows inside a floor, by folder: only what DESIGN allows is left out of each list. */
const roomsOf = {
  capability: ['analysis', 'scoring', 'selection', 'auth'],
  kit: ['config', 'catalog', 'provider-kit', 'provider-openai-compatible'],
};
const sideways = {
  'packages/analysis': [...roomsOf.capability.filter((room) => room !== 'analysis'), ...roomsOf.kit],
  'packages/scoring': ['analysis', 'selection', 'auth', 'config', 'provider-kit', 'provider-openai-compatible'],
  'packages/selection': ['analysis', 'auth', 'config', 'provider-kit', 'provider-openai-compatible'],
  'packages/auth': [...roomsOf.capability.filter((room) => room !== 'auth'), ...roomsOf.kit],
  'packages/config': roomsOf.kit.filter((room) => room !== 'config'),
  'packages/catalog': roomsOf.kit.filter((room) => room !== 'catalog'),
  'packages/providers/kit': roomsOf.kit.filter((room) => room !== 'provider-kit'),
  'packages/providers/openai-compatible': ['config', 'catalog'],
};

const ban = (names, message) => ({ group: names, message });
const sdkMessage = 'Only the rooms under packages/providers may name a vendor SDK.';
const sdkBan = { regex: vendorSdk, message: sdkMessage };
const testingBan = ban(
  ['@lattice-lock/testing', '@lattice-lock/testing/*', 'vitest', 'fast-check'],
  'Only test files of a library use the testing room.',
);
const sidewaysBan = (rooms) =>
  ban(
    rooms.map((room) => `@lattice-lock/${room}`),
    'A sideways arrow that the floors do not allow (ARCHITECTURE.md).',
  );
const restrict = (files, ignores, patterns) => ({
  files,
  ignores: [...ignores, ...testFiles],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const syntaxBans = [
  {
    selector: "ThrowStatement > NewExpression[callee.name='Error']",
    message: 'Throw a LatticeError with a code: callers act on codes, not on texts.',
  },
  { selector: 'ExportAllDeclaration', message: 'Name each export: the index is the door.' },
  { selector: 'ExportDefaultDeclaration', message: 'Name each export: the index is the door.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
  {
    selector: "CallExpression[callee.name='createRequire']",
    message: 'createRequire goes around the floors: use import.',
  },
];
const dynamicSdkBan = {
  selector: `ImportExpression[source.value=/${vendorSdk.replaceAll('/', '\\/')}/]`,
  message: sdkMessage,
};

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/node_modules', '.nx', '**/*.d.ts'] },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    extends: [...tseslint.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts', 'tools/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], banTransitiveDependencies: true, checkDynamicDependenciesExceptions: [], depConstraints: floors },
      ],
    },
  },
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts'],
    ignores: testFiles,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
      'no-restricted-syntax': ['error', ...syntaxBans],
    },
  },
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts'],
    ignores: ['packages/providers/**', ...testFiles],
    rules: { 'no-restricted-syntax': ['error', ...syntaxBans, dynamicSdkBan] },
  },
  // The last entry that matches a file holds: from the general to the particular.
  restrict(['apps/**/*.ts', 'packages/testing/**/*.ts'], [], [sdkBan]),
  restrict(['packages/**/*.ts'], ['packages/testing/**'], [sdkBan, testingBan]),
  restrict(['packages/providers/**/*.ts'], [], [testingBan]),
  ...Object.entries(sideways).map(([folder, rooms]) =>
    restrict(
      [`${folder}/**/*.ts`],
      [],
      [...(folder.startsWith('packages/providers') ? [] : [sdkBan]), testingBan, sidewaysBan(rooms)],
    ),
  ),
  {
    files: ['packages/**/package.json', 'apps/**/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/**/*.test.ts', '{projectRoot}/**/*.test-d.ts', '{projectRoot}/out-tsc/**'],
          ignoredDependencies: [
            'vitest',
            '@lattice-lock/testing',
            // Nx compares its range with the copy at the root, which is another package's older major.
            'lru-cache',
            // The apps bring optional peers of the libraries: the analyser of regexes, Postgres, telemetry, the providers.
            'recheck',
            'pg',
            '@opentelemetry/api',
            '@opentelemetry/sdk-trace',
            '@opentelemetry/sdk-metrics',
            '@opentelemetry/resources',
            '@opentelemetry/exporter-prometheus',
            '@opentelemetry/exporter-trace-otlp-http',
            '@lattice-lock/provider-openai',
            '@lattice-lock/provider-anthropic',
            '@lattice-lock/provider-local',
            '@lattice-lock/provider-openai-compatible',
          ],
        },
      ],
    },
  },
);
