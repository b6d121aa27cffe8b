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

const vendorSdks = ['openai', '@anthropic-ai/*', '@aws-sdk/*', '@azure/*', '@google/*', 'ollama'];
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

const bans = (names, message) => [{ group: names, message }];
const sdkBan = bans(vendorSdks, 'Only the rooms under packages/providers may name a vendor SDK.');

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
      'no-restricted-syntax': [
        'error',
        {
          selector: "ThrowStatement > NewExpression[callee.name='Error']",
          message: 'Throw a LatticeError with a code: callers act on codes, not on texts.',
        },
        { selector: 'ExportAllDeclaration', message: 'Name each export: the index is the door.' },
        { selector: 'ExportDefaultDeclaration', message: 'Name each export: the index is the door.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
      ],
    },
  },
  {
    files: ['packages/**/*.ts', 'apps/**/*.ts'],
    ignores: ['packages/providers/**', ...testFiles],
    rules: { 'no-restricted-imports': ['error', { patterns: sdkBan }] },
  },
  ...Object.entries(sideways).map(([folder, rooms]) => ({
    files: [`${folder}/**/*.ts`],
    ignores: testFiles,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...(folder.startsWith('packages/providers') ? [] : sdkBan),
            ...bans(
              rooms.map((room) => `@lattice-lock/${room}`),
              'A sideways arrow that the floors do not allow (ARCHITECTURE.md).',
            ),
          ],
        },
      ],
    },
  })),
  {
    files: ['packages/**/package.json', 'apps/**/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/**/*.test.ts', '{projectRoot}/**/*.test-d.ts', '{projectRoot}/out-tsc/**'],
          ignoredDependencies: ['vitest', '@lattice-lock/testing'],
        },
      ],
    },
  },
);
