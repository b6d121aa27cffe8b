import type { SimulatorOptions } from './simulator.ts';
import type { SimulatorWire } from './simulator-request.ts';
import { statusError } from './status-error.ts';

/**
 * The model behind a deployment; the deployment's own name where none are listed.
 *
 * @throws LatticeError status 404 for a deployment that is not listed
 */
export function answeringModel(
  wire: SimulatorWire,
  deployment: string,
  deployments: SimulatorOptions['deployments'],
): string {
  if (deployments === undefined) return deployment;
  const model = Object.hasOwn(deployments, deployment) ? deployments[deployment] : undefined;
  if (model !== undefined) return model;
  const known = Object.keys(deployments).join(', ');
  throw statusError(wire, 404, {
    message: `The deployment ${deployment} does not exist. The simulator has ${known}.`,
  });
}
