import { LatticeError } from '@lattice-lock/contract';

/** Addresses that mean "every interface", and one of this machine that reaches them. */
const everyInterface: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The base URL under which a client on this machine reaches the gateway. */
export function urlOf(host: string, port: number): string {
  const reachable = everyInterface[host] ?? host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Why listening failed, naming the setting to change. */
export function listenError(cause: unknown, host: string, port: number): LatticeError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'an unknown error';
  const [path, message] = explain(code, host, port);
  return new LatticeError('LATTICE_CONFIG', message, { cause, issues: [{ path, message }] });
}

function explain(code: string, host: string, port: number): readonly [path: string, message: string] {
  switch (code) {
    case 'EADDRINUSE':
      return [
        'server.port',
        `Port ${port} on ${host} is in use by another program. Choose another with --port (or LATTICE_PORT); --port 0 takes any free one.`,
      ];
    case 'EACCES':
      return [
        'server.port',
        `Port ${port} on ${host} needs more rights. Choose one above 1023 with --port (or LATTICE_PORT).`,
      ];
    default:
      return [
        'server.host',
        `The gateway cannot listen on ${host}:${port} (${code}). Give an address of this machine with --host (or LATTICE_HOST).`,
      ];
  }
}
