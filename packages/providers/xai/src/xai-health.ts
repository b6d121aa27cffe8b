import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import { readModelList, type WireHealthProbe } from '@lattice-lock/provider-kit';

const refusals = [
  ['api_key_blocked', 'LATTICE_AUTHENTICATION', 'The API key is blocked'],
  ['api_key_disabled', 'LATTICE_AUTHENTICATION', 'The API key is disabled'],
  ['team_blocked', 'LATTICE_PERMISSION', 'The team of the API key is blocked'],
] as const;

const modelRight = 'api-key:model:';

/**
 * Asks `GET /v1/api-key`, which tells the state of the key and which models it may use, at no token cost; a key for all
 * models asks `GET /v1/models` for their names. Source: the xAI REST reference, "API Key".
 */
export const xaiHealth: WireHealthProbe = {
  path: '/api-key',
  readModels: readKeyModels,
  list: { path: '/models', readModels: readModelList },
};

function readKeyModels(body: JsonObject): readonly string[] | null {
  for (const [flag, code, what] of refusals) {
    if (body[flag] !== true) continue;
    throw new LatticeError(code, `${what}; https://console.x.ai says why and can lift it.`);
  }
  const { acls } = body;
  if (!('redacted_api_key' in body) && !Array.isArray(acls)) {
    const message = 'What tells of the API key names no key; is the base URL right?';
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', message);
  }
  const models = (Array.isArray(acls) ? acls : []).flatMap((right: unknown) =>
    typeof right === 'string' && right.startsWith(modelRight) ? [right.slice(modelRight.length)] : [],
  );
  return models.length === 0 || models.includes('*') ? null : models;
}
