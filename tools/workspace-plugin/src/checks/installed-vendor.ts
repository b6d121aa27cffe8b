import { startCommand } from '../workspace/command.ts';
import type { Runtime } from './packed-install.ts';

/** What a provider said of a server that is not there. */
interface Tried {
  readonly id: string;
  readonly state: string;
  readonly remedy: string | null;
}

/** Port 1 of this machine: nobody listens there, so that a provider which got as far as sending says "unreachable". */
const nobody = 'http://127.0.0.1:1';

/**
 * Connects the provider of an installed vendor package, which loads the vendor's SDK, and asks for its health. A package
 * can be imported without its SDK; here it is missed.
 */
export async function connectVendor(
  specifier: string,
  folder: string,
  { label, binary }: Runtime,
): Promise<readonly string[]> {
  const code = `
    const definitions = Object.values(await import('${specifier}')).filter((one) => typeof one?.create === 'function');
    const tried = [];
    for (const definition of definitions.slice(0, 1)) {
      const provider = definition.create({ apiKey: 'packed-install-key', baseUrl: '${nobody}' });
      const { state, remedy } = await provider.checkHealth();
      await provider.close();
      tried.push({ id: definition.id, state, remedy });
    }
    console.log(JSON.stringify(tried));`;
  const args = ['--input-type=module', '--no-warnings', '-e', code];
  const { status, stdout, output } = await startCommand(binary, args, { cwd: folder });
  if (status !== 0) return [`${specifier} cannot be connected under Node ${label}:\n${output}`];
  const tried = JSON.parse(stdout) as readonly Tried[];
  if (tried.length === 0) return [`${specifier} exports no provider definition`];
  return tried
    .filter(({ state }) => state !== 'unreachable')
    .map(({ id, state, remedy }) => `${specifier}: ${id} is "${state}" and did not get as far as sending: ${remedy}`);
}
