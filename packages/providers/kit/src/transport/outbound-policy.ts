import { isIP } from 'node:net';
import { LatticeError, type OutboundPolicy, type UrlOrigin } from '@lattice-lock/contract';
import { isPublicAddress } from './address-range.ts';

/** What an {@link OutboundPolicy} allows beyond public addresses. */
export interface OutboundPolicyOptions {
  /**
   * The base URLs of the operator's configuration. Given, an `operator` request reaches these hosts only; absent, any
   * host: the configuration itself is then trusted.
   */
  readonly operatorBaseUrls?: readonly string[];
  /** Lets URLs from requests reach private addresses too; for closed networks only. Default false. */
  readonly allowPrivateRequestUrls?: boolean;
}

/** Names that reach a cloud's instance metadata or this machine without looking like it. */
const internalNames = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa|metadata|instance-data)$/;

/**
 * The default {@link OutboundPolicy}: `operator` URLs as configured, `request` URLs only to public addresses over http
 * or https and without credentials in the URL.
 *
 * @throws LatticeError `LATTICE_CONFIG` when a base URL is not a URL.
 */
export function createOutboundPolicy(options: OutboundPolicyOptions = {}): OutboundPolicy {
  const { allowPrivateRequestUrls = false } = options;
  const operatorOrigins = options.operatorBaseUrls && new Set(options.operatorBaseUrls.map(originOf));
  const isGuarded = (origin: UrlOrigin) => origin === 'request' && !allowPrivateRequestUrls;

  return {
    checkUrl: (url, origin) => {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw blocked(`The scheme "${url.protocol}" is not allowed; use https.`);
      }
      if (origin === 'operator') {
        if (operatorOrigins === undefined || operatorOrigins.has(url.origin)) return;
        throw blocked(`${url.origin} is not one of the configured base URLs.`);
      }
      if (url.username !== '' || url.password !== '')
        throw blocked('A URL with a user name or a password is not allowed.');
      if (!isGuarded(origin)) return;
      const host = hostOf(url);
      if (isIP(host) !== 0 ? !isPublicAddress(host) : internalNames.test(host.replace(/\.$/, ''))) {
        throw blocked(`${url.hostname} is not a public host; URLs from requests reach public addresses only.`);
      }
    },
    checkAddress: (address, origin) => {
      if (isGuarded(origin) && !isPublicAddress(address)) {
        throw blocked(`The host resolves to ${address}, which is not a public address.`);
      }
    },
  };
}

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function originOf(baseUrl: string): string {
  try {
    return new URL(baseUrl).origin;
  } catch (cause) {
    throw new LatticeError('LATTICE_CONFIG', `The base URL "${baseUrl}" is not a URL.`, { cause });
  }
}

function blocked(message: string): LatticeError {
  return new LatticeError('LATTICE_OUTBOUND_BLOCKED', message);
}
