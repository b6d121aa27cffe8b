import { LatticeError } from '@lattice-lock/contract';

/**
 * The path of a deployment's operation. Ids of applications hold slashes and come percent-encoded from DIAL's own lists
 * (`applications/bucket/My%20App`): such segments are taken as they are, all others are encoded.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for an id that would lead out of the deployments' path
 */
export function dialDeploymentPath(deployment: string, operation: string, apiVersion: string): string {
  return `/openai/deployments/${encodeDeployment(deployment)}/${operation}?api-version=${encodeURIComponent(apiVersion)}`;
}

/** A deployment's id as part of a path. @throws LatticeError as {@link dialDeploymentPath}. */
export function encodeDeployment(deployment: string): string {
  return deployment
    .split('/')
    .map((segment) => {
      const plain = segment.replace(/%2e/gi, '.');
      if (plain === '' || plain === '.' || plain === '..') {
        const message = `"${deployment}" is no id of a DIAL deployment.`;
        throw new LatticeError('LATTICE_INVALID_REQUEST', message, { provider: 'dial' });
      }
      return /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+$/i.test(segment) ? segment : encodeURIComponent(segment);
    })
    .join('/');
}
