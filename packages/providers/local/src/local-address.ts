import { LatticeError } from '@lattice-lock/contract';

/** Which of the two wires a local server speaks. */
export type LocalApi = 'ollama' | 'openai';

/** The port Ollama listens on unless told otherwise. */
const ollamaPort = '11434';

/**
 * Reads the address of a local server as people and `OLLAMA_HOST` write it: with or without scheme, port and trailing
 * slash. An address to listen on (0.0.0.0, ::) becomes the loopback address to call.
 *
 * @throws LatticeError `LATTICE_CONFIG` when it is no http(s) address
 */
export function parseLocalAddress(text: string): URL {
  const trimmed = text.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  const written = hasScheme ? trimmed : `http://${trimmed}`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new LatticeError(
      'LATTICE_CONFIG',
      'The base URL of the local model server is not an http address. Write it like http://127.0.0.1:11434.',
    );
  }
  // `:80` is invisible in a parsed http URL, so the text is asked whether a port was written.
  if (!hasScheme && !/:\d+(\/|$)/.test(trimmed)) url.port = ollamaPort;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url;
}

/** The base URL of a wire at an address, without trailing slash: Ollama's below `/api`, OpenAI's with `/v1`. */
export function baseUrlOf(address: URL, api: LocalApi): string {
  const path = address.pathname.replace(/\/+$/, '');
  const root = `${address.protocol}//${address.host}`;
  if (api === 'ollama') return root + path.replace(/\/(?:api|v1)$/, '');
  return root + (path === '' ? '/v1' : path);
}

/** The wire an address names by its path; `null` when the server has to be asked. */
export function apiOfPath(address: URL): LocalApi | null {
  const path = address.pathname.replace(/\/+$/, '');
  if (path.endsWith('/v1')) return 'openai';
  return path.endsWith('/api') ? 'ollama' : null;
}
