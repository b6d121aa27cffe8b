import { join } from 'node:path';
import { formatFiles, generateFiles, joinPathFragments, names, readJson, updateJson, type Tree } from '@nx/devkit';
import packageGenerator from './package.ts';

/** Options of the `provider` generator; provider.schema.json describes each. */
export interface ProviderGeneratorOptions {
  readonly name: string;
  readonly wire?: 'openai-chat' | 'own';
  readonly displayName?: string;
  readonly baseUrl?: string;
  readonly env?: string;
}

const templates = join(import.meta.dirname, 'provider-files');
const index = 'docs/providers/README.md';

/** What the two kinds of packages can do, and what takes the place of what they cannot. */
const capabilities = {
  'openai-chat': [
    ['streaming', 'true', ''],
    ['tools', 'true', ''],
    ['parallelTools', 'true', ''],
    ['structuredOutput', '`native`', ''],
    ['images', 'true', ''],
    ['files', 'true', ''],
    ['reasoning', 'true', ''],
    ['promptCache', 'false', 'not sent'],
    ['seed', 'true', ''],
    ['logprobs', 'true', ''],
    ['embeddings', 'false', 'no `createEmbeddings`'],
    ['usage', '`always`', ''],
  ],
  own: [
    ['streaming', 'true', ''],
    ['tools', 'true', ''],
    ['parallelTools', 'true', ''],
    ['structuredOutput', '`json`', 'a schema goes into the instructions, and the answer is checked'],
    ['images', 'false', '`LATTICE_UNSUPPORTED`'],
    ['files', 'false', '`LATTICE_UNSUPPORTED`'],
    ['reasoning', 'false', 'a warning'],
    ['promptCache', 'false', 'not sent'],
    ['seed', 'false', 'a warning'],
    ['logprobs', 'false', 'a warning'],
    ['embeddings', 'false', 'no `createEmbeddings`'],
    ['usage', '`always`', ''],
  ],
} as const;

function substitutions(options: ProviderGeneratorOptions, directory: string) {
  const { name, wire = 'openai-chat' } = options;
  const { className, propertyName, constantName } = names(name);
  const env = options.env ?? `${constantName}_API_KEY`;
  const up = directory.replaceAll(/[^/]+/g, '..');
  return {
    name,
    className,
    propertyName,
    npmName: `@lattice-lock/provider-${name}`,
    displayName: options.displayName ?? className,
    // Reserved by RFC 2606: nobody's key is sent anywhere before the vendor's address stands here.
    baseUrl: options.baseUrl ?? `https://api.${name}.example/v1`,
    env,
    baseUrlEnv: `${env.replace(/_(API_)?(KEY|TOKEN)$/, '')}_BASE_URL`,
    isIdentifier: propertyName === name,
    wireName: wire === 'own' ? name : 'openai-chat',
    wireText: wire === 'own' ? 'a protocol of its own: JSON and server-sent events' : "OpenAI's Chat Completions",
    capabilities: capabilities[wire],
    today: new Date().toISOString().slice(0, 10),
    pageFromRoom: `${up}/docs/providers/${name}.md`,
    pageFromSource: `../${up}/docs/providers/${name}.md`,
    roomFromPage: `../../${directory}`,
  };
}

/** References as `nx sync` writes them, so that the room type-checks before it ran. */
function addReferences(tree: Tree, directory: string, rooms: readonly string[]): void {
  updateJson(tree, joinPathFragments(directory, 'tsconfig.lib.json'), (config: object) => ({
    ...config,
    include: ['src/**/*.ts', 'src/**/*.json'],
    references: rooms.map((room) => ({ path: `${room}/tsconfig.lib.json` })),
  }));
}

function addToIndex(tree: Tree, { name, displayName, env, npmName }: ReturnType<typeof substitutions>): void {
  const text = tree.read(index, 'utf8');
  if (text === null) return;
  const row = `| [${displayName}](${name}.md) | \`${name}\` | \`${env}\` | \`${npmName}\` |`;
  tree.write(index, `${text.trimEnd()}\n${row}\n`);
}

/**
 * Cuts the room of a provider that passes its conformance suite as it is. Run `npm install` afterwards (it links the
 * workspace) and `npx nx sync` (it writes the references).
 *
 * @throws Error where a package of this name is there already
 */
export default async function providerGenerator(tree: Tree, options: ProviderGeneratorOptions): Promise<void> {
  const { name, wire = 'openai-chat' } = options;
  const directory = `packages/providers/${name}`;
  if (tree.exists(joinPathFragments(directory, 'package.json'))) throw new Error(`${directory} is there already.`);
  const values = substitutions(options, directory);
  const sisters = [wire === 'own' ? 'provider-kit' : 'provider-openai-compatible'];
  const description = `${values.displayName}'s models for Lattice Lock.`;
  await packageGenerator(tree, { name, layer: 'provider', description, uses: sisters.join(',') });

  const { version } = readJson<{ version: string }>(tree, 'packages/testing/package.json');
  updateJson(tree, joinPathFragments(directory, 'package.json'), (manifest: object) => ({
    ...manifest,
    devDependencies: { '@lattice-lock/testing': `^${version}` },
  }));
  const sister = wire === 'own' ? '../kit' : '../openai-compatible';
  addReferences(tree, directory, [sister, '../../testing', '../../contract']);
  generateFiles(tree, join(templates, 'common'), directory, values);
  generateFiles(tree, join(templates, wire), directory, values);
  generateFiles(tree, join(templates, 'page'), 'docs/providers', values);
  generateFiles(tree, join(templates, 'changeset'), '.changeset', values);
  addToIndex(tree, values);
  await formatFiles(tree);
}
