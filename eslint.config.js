import nx from '@nx/eslint-plugin';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';
import floors from './tools/workspace-plugin/floors.json' with { type: 'json' };

const sources = ['packages/**/*.ts', 'apps/**/*.ts'];
const testFiles = ['**/*.test.ts', '**/*.test-d.ts'];
const providerRooms = `${floors.vendorSdkRooms}**`;

/** The floors: an arrow only goes down. ARCHITECTURE.md draws them; `arrows.ts` reads the same table without Nx. */
const floorRules = Object.entries(floors.layers).map(([layer, targets]) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: targets.map((target) => `layer:${target}`),
}));

const sdkMessage = 'Only the rooms under packages/providers may name a vendor SDK.';
const sdkBan = { regex: floors.vendorSdk, message: sdkMessage };
const testDoorBan = {
  group: floors.testOnly.flatMap((name) => [name, `${name}/*`]),
  message: 'Only test files of a library use the testing room.',
};
/** Sideways arrows that the table of sisters leaves out, by folder of the room. */
const sistersBan = (allowed) => ({
  group: [...Object.keys(floors.onlySisters).filter((room) => !allowed.includes(room))],
  message: 'A sideways arrow that the floors do not allow (ARCHITECTURE.md).',
});
const folderOf = (name) =>
  name.replace('@lattice-lock/provider-', 'packages/providers/').replace('@lattice-lock/', 'packages/');
const banImports = (files, patterns, ignores = testFiles) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const ban = (selector, message) => ({ selector, message });
const bareThrow = ban(
  "ThrowStatement > NewExpression[callee.name='Error']",
  'Throw a LatticeError with a code: callers act on codes, not on texts.',
);
const shapeBans = [
  ban('ExportAllDeclaration', 'Name each export: the index is the door.'),
  ban('ExportDefaultDeclaration', 'Name each export: the index is the door.'),
  ban('TSEnumDeclaration', 'Use a union of literals.'),
];
const createRequireMessage = 'createRequire goes around the floors: use import.';
const importBans = [
  ban("Identifier[name='createRequire']", createRequireMessage),
  ban("Literal[value='createRequire']", createRequireMessage),
  ban('TSImportEqualsDeclaration > TSExternalModuleReference', 'Use import.'),
];
const computedImportBan = ban(
  'ImportExpression[source.type!="Literal"]',
  'A computed import cannot be checked: name the package.',
);
const dynamicSdkBans = ['ImportExpression', 'TSImportType'].map((form) =>
  ban(`${form}[source.value=/${floors.vendorSdk.replaceAll('/', '\\/')}/]`, sdkMessage),
);
const syncMessage = 'No synchronous I/O where requests pass: every other request waits for it.';
const syncBans = [
  ban('CallExpression[callee.name=/Sync$/]', syncMessage),
  ban('CallExpression[callee.property.name=/Sync$/]', syncMessage),
  ban('ImportSpecifier[imported.name=/Sync$/]', syncMessage),
];
/** The last entry that matches a file holds, so each entry names all that is banned in its files. */
const banSyntax = (files, bans, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-syntax': ['error', ...bans] },
});
const libraryBans = [bareThrow, ...shapeBans, ...importBans, computedImportBan];
const requestPaths = ['apps/server/src/{routes,http,openai}/**/*.ts', 'packages/execution/src/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/node_modules', '.nx', '**/*.d.ts'] },
  // No comment switches a rule off: the exceptions stand here.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    extends: [...tseslint.configs.recommended],
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
    files: [...sources, 'tools/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          banTransitiveDependencies: true,
          checkDynamicDependenciesExceptions: [],
          depConstraints: floorRules,
        },
      ],
    },
  },
  {
    files: sources,
    ignores: testFiles,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
    },
  },
  // From the general to the particular.
  banSyntax(sources, importBans),
  banSyntax(sources, [...libraryBans, ...dynamicSdkBans], testFiles),
  banSyntax(floors.computedImports, [bareThrow, ...shapeBans, ...importBans, ...dynamicSdkBans]),
  banSyntax([providerRooms], libraryBans, testFiles),
  banSyntax(requestPaths, [...libraryBans, ...dynamicSdkBans, ...syncBans], testFiles),
  // The registry reads its table of names once, at start.
  banSyntax(
    ['packages/providers/*/src/**/*.ts'],
    [...libraryBans, ...syncBans],
    [...testFiles, 'packages/providers/kit/src/registry/**'],
  ),
  banImports(['apps/**/*.ts', 'packages/testing/**/*.ts'], [sdkBan]),
  banImports(['packages/**/*.ts'], [sdkBan, testDoorBan], [...testFiles, 'packages/testing/**']),
  banImports([providerRooms], [testDoorBan]),
  ...Object.entries(floors.onlySisters).flatMap(([room, sisters]) => {
    const files = [`${folderOf(room)}/**/*.ts`];
    const sisterBan = sistersBan([room, ...sisters]);
    const sdkBans = folderOf(room).startsWith(floors.vendorSdkRooms) ? [] : [sdkBan];
    return [
      banImports(files, [...sdkBans, testDoorBan, sisterBan]),
      banImports(
        files.map((pattern) => pattern.replace('*.ts', '*.test{,-d}.ts')),
        [sisterBan],
        [],
      ),
    ];
  }),
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
            '@lattice-lock/provider-google',
            '@lattice-lock/provider-xai',
            '@lattice-lock/provider-azure',
            '@lattice-lock/provider-bedrock',
            '@lattice-lock/provider-dial',
          ],
        },
      ],
    },
  },
);
