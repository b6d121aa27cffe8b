import { createServer } from 'node:net';
import type { AppConfig } from '@lattice-lock/config';
import type { Finding } from './finding.ts';

/** A gateway on this machine answers at once; what has not by then is none, ms. */
const patienceMs = 2000;

const everyInterface: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whether `lattice serve` could listen where the configuration says, or does so already. */
export async function checkPort({ server: { host, port } }: AppConfig): Promise<Finding> {
  const finding = { check: 'port', details: { host, port } };
  if (port === 0) return { ...finding, state: 'ok', message: 'any free one (port 0)', remedy: null };
  const code = await listenCode(host, port);
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (code === null) return { ...finding, state: 'ok', message: `${place} is free for "lattice serve"`, remedy: null };
  const otherPort = 'Choose another with --port, LATTICE_PORT or server.port; 0 takes any free one.';
  if (code !== 'EADDRINUSE') {
    const isRight = code === 'EACCES';
    const message = isRight ? `${place} needs more rights.` : `The gateway cannot listen on ${place} (${code}).`;
    const remedy = isRight ? otherPort : 'Give an address of this machine with --host, LATTICE_HOST or server.host.';
    return { ...finding, state: 'problem', message, remedy };
  }
  const status = await gatewayStatus(host, port);
  if (status !== null) {
    return { ...finding, state: 'ok', message: `a Lattice Lock gateway runs on ${place} (${status})`, remedy: null };
  }
  // A state of the moment, and only "lattice serve" minds.
  const message = `${place} is in use by another program: "lattice serve" could not start.`;
  return { ...finding, state: 'warning', message, remedy: otherPort };
}

/** Why listening fails; `null` when it does not. */
function listenCode(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** What a gateway says of itself under `/readyz`; `null` when it is none. */
async function gatewayStatus(host: string, port: number): Promise<string | null> {
  const reachable = everyInterface[host] ?? host;
  const url = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/readyz`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
    const { status, checks } = (await response.json()) as { status?: unknown; checks?: { storage?: unknown } };
    const isGateway = typeof status === 'string' && typeof checks?.storage === 'string';
    return isGateway && /^[a-z]{1,20}$/.test(status) ? status : null;
  } catch {
    return null;
  }
}
