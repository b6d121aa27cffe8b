import { spawn } from 'node:child_process';

/** Builds the server with everything it stands on; what is built already comes from Nx's cache. */
export async function buildServer(root: string): Promise<void> {
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
  const args = ['nx', 'run', '@lattice-lock/server:build', '--outputStyle=static'];
  const child = spawn('npx', args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new TypeError(`building the server failed with ${String(code)}; npm run build says why`);
}
