import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Packages that only a call may load. */
const vendorSdks = /node_modules\/(openai|@anthropic-ai|@aws-sdk|@smithy|@azure|google-auth-library|gaxios)\//;

/** Runs a module in a process of its own, in which nothing is loaded yet, and reads the JSON it prints. */
async function runScript(script: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname, env: {} },
  );
  return JSON.parse(stdout);
}

describe('what is loaded', () => {
  it('is no provider at import, every definition when ready, and no SDK of a vendor before the first call', async () => {
    const found = (await runScript(`
      import { registerHooks } from 'node:module';
      const seen = new Set();
      registerHooks({ resolve: (name, context, next) => { const found = next(name, context); seen.add(found.url); return found; } });
      const { createLattice } = await import('./index.ts');
      const atImport = [...seen];
      const lattice = createLattice({ cwd: '/nowhere', env: { OPENAI_API_KEY: 'k' } });
      await lattice.ready();
      const providers = (await lattice.providers()).map(({ id }) => id);
      await lattice.close();
      console.log(JSON.stringify({ atImport, whenReady: [...seen], providers }));
    `)) as Record<'atImport' | 'whenReady' | 'providers', readonly string[]>;
    expect(found.atImport.filter((url) => /\/providers\/|catalog|undici/.test(url))).toEqual([]);
    expect(found.whenReady.filter((url) => vendorSdks.test(url))).toEqual([]);
    expect(found.providers).toHaveLength(18);
  });
});
