import { LatticeError } from '@lattice-lock/contract';
import { checkBaseUrl } from '@lattice-lock/provider-kit';

/**
 * The three ways into a resource: `/openai/v1`, where the body's model is the deployment; the older
 * `/openai/deployments/{deployment}`, which wants an `api-version`; and `/models`, Foundry's door to other vendors.
 */
export type AzureRoute = 'v1' | 'deployments' | 'models';

const routes: readonly string[] = ['v1', 'deployments', 'models'] satisfies AzureRoute[];

/** Where a resource is, and how it is spoken to. */
export interface AzureAddress {
  /** The resource, without a trailing slash. */
  readonly root: string;
  readonly route: AzureRoute;
  /** The deployment that the address names; `null` when each request names its own. */
  readonly deployment: string | null;
  /** `null` when none was given. */
  readonly apiVersion: string | null;
}

/** What the caller wants to be so, whatever the address says. */
export interface AddressOptions {
  readonly route?: AzureRoute | undefined;
  readonly apiVersion?: string | undefined;
}

/**
 * Reads an Azure address: the resource alone, or any address below it as the portal shows it ("Target URI"), its
 * deployment and `api-version` included. Without a path that tells, a dated API version means deployments, none `v1`.
 *
 * @throws LatticeError `LATTICE_CONFIG` when it is no http(s) URL, or the route is unknown.
 */
export function readAzureAddress(provider: string, address: string, options: AddressOptions = {}): AzureAddress {
  const url = new URL(checkBaseUrl(provider, address));
  if (options.route !== undefined && !routes.includes(options.route)) {
    const message = `The option route of ${provider} is "${String(options.route)}"; it must be ${routes.join(', ')}.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  const apiVersion = options.apiVersion ?? url.searchParams.get('api-version');
  const { prefix, route, deployment } = readPath(url.pathname.replace(/\/+$/, ''));
  const assumed = apiVersion !== null && isDated(apiVersion) ? 'deployments' : 'v1';
  return { root: url.origin + prefix, route: options.route ?? route ?? assumed, deployment, apiVersion };
}

/** True for a version like `2024-10-21` or `2025-04-01-preview`; `v1` has `v1`, `preview` and `latest`. */
export function isDated(apiVersion: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(apiVersion);
}

interface ReadPath {
  readonly prefix: string;
  readonly route: AzureRoute | null;
  readonly deployment: string | null;
}

function readPath(path: string): ReadPath {
  const deployment = /^(.*?)\/openai\/deployments\/([^/]+)/.exec(path);
  if (deployment !== null) {
    const [, prefix = '', name = ''] = deployment;
    return { prefix, route: 'deployments', deployment: decodeURIComponent(name) };
  }
  const openai = /^(.*?)\/openai(\/v1)?(?:\/|$)/.exec(path);
  if (openai !== null) {
    const [, prefix = '', v1] = openai;
    return { prefix, route: v1 === undefined ? null : 'v1', deployment: null };
  }
  const models = /^(.*?)\/models(?:\/|$)/.exec(path);
  if (models !== null) return { prefix: models[1] ?? '', route: 'models', deployment: null };
  return { prefix: path, route: null, deployment: null };
}
