import { formatFiles, joinPathFragments, readJson, writeJson, type Tree } from '@nx/devkit';

/** Options of the `package` generator; package.schema.json describes each. */
export interface PackageGeneratorOptions {
  readonly name: string;
  readonly layer: string;
  readonly description: string;
  readonly directory?: string;
  readonly npmName?: string;
  readonly uses?: string;
}

const contractName = '@lattice-lock/contract';

function defaultDirectory(name: string, layer: string): string {
  if (layer === 'app') return `apps/${name}`;
  const isProvider = layer === 'provider' || name.startsWith('provider-');
  return isProvider ? `packages/providers/${name.replace(/^provider-/, '')}` : `packages/${name}`;
}

function defaultNpmName(name: string, layer: string): string {
  const room = layer === 'provider' && !name.startsWith('provider-') ? `provider-${name}` : name;
  return `@lattice-lock/${room}`;
}

function manifest(options: PackageGeneratorOptions, npmName: string, directory: string, up: string): object {
  const sisters = (options.uses ?? '').split(',').filter(Boolean);
  const dependencies = Object.fromEntries(sisters.map((room) => [`@lattice-lock/${room}`, '^0.1.0']));
  const isContract = npmName === contractName;
  const isApp = options.layer === 'app';
  return {
    name: npmName,
    version: isContract ? '1.0.0' : '0.1.0',
    description: options.description,
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.19' },
    exports: {
      '.': { '@lattice-lock/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'CHANGELOG.md'],
    scripts: {
      build: `tsup --config ${up}/tsup.config.ts`,
      test: `vitest run --root ${up} --passWithNoTests ${directory}/src`,
    },
    ...(isApp && !isContract ? { dependencies: { [contractName]: '^1.0.0', ...dependencies } } : { dependencies }),
    ...(isApp || isContract ? {} : { peerDependencies: { [contractName]: '^1.0.0' } }),
    publishConfig: { access: 'public', provenance: true },
    nx: { tags: [`layer:${options.layer}`] },
  };
}

function readme(npmName: string, description: string): string {
  return `# ${npmName}\n\n${description}\n\n## Install\n\n\`\`\`sh\nnpm install ${npmName}\n\`\`\`\n`;
}

/** Cuts a room. Run `npm install` afterwards (it links the workspace) and `npx nx sync` (it writes the references). */
export default async function packageGenerator(tree: Tree, options: PackageGeneratorOptions): Promise<void> {
  const directory = options.directory ?? defaultDirectory(options.name, options.layer);
  const npmName = options.npmName ?? defaultNpmName(options.name, options.layer);
  const up = directory
    .split('/')
    .map(() => '..')
    .join('/');
  const at = (file: string) => joinPathFragments(directory, file);

  writeJson(tree, at('package.json'), manifest(options, npmName, directory, up));
  tree.write(at('README.md'), readme(npmName, options.description));
  // npm packs the licence that lies beside the manifest, not the one of the workspace.
  tree.write(at('LICENSE'), tree.read('LICENSE') ?? '');
  tree.write(at('src/index.ts'), `export {};\n`);
  writeJson(tree, at('tsconfig.json'), {
    extends: `${up}/tsconfig.base.json`,
    files: [],
    references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.spec.json' }],
  });
  writeJson(tree, at('tsconfig.lib.json'), {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: { rootDir: 'src', outDir: 'out-tsc/lib', tsBuildInfoFile: 'out-tsc/lib/tsconfig.tsbuildinfo' },
    include: ['src/**/*.ts'],
    exclude: ['src/**/*.test.ts', 'src/**/*.test-d.ts'],
    references: [],
  });
  writeJson(tree, at('tsconfig.spec.json'), {
    extends: `${up}/tsconfig.base.json`,
    compilerOptions: { outDir: 'out-tsc/spec', tsBuildInfoFile: 'out-tsc/spec/tsconfig.tsbuildinfo' },
    include: ['src/**/*.test.ts', 'src/**/*.test-d.ts'],
    references: [{ path: './tsconfig.lib.json' }],
  });
  addRootReference(tree, directory);
  await formatFiles(tree);
}

function addRootReference(tree: Tree, directory: string): void {
  const root = readJson<{ references: { path: string }[] }>(tree, 'tsconfig.json');
  const path = `./${directory}`;
  if (root.references.some((reference) => reference.path === path)) return;
  writeJson(tree, 'tsconfig.json', { ...root, references: [...root.references, { path }] });
}
