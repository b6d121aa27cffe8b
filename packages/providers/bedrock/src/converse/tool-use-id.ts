import { createHash } from 'node:crypto';
import { modelFamilyOf } from './model-family.ts';

/** What Converse takes as `toolUseId` (API_runtime_ToolUseBlock). */
const converseId = /^[A-Za-z0-9_.:-]{1,64}$/;
/** What Mistral's chat template takes; Converse passes ids on. */
const mistralId = /^[A-Za-z0-9]{9}$/;

/**
 * The id of a tool call in a form the model takes. An id of another vendor that does not fit is replaced, by the same
 * one each time, so that call and result stay together.
 */
export function toolUseId(id: string, model: string): string {
  const isMistral = modelFamilyOf(model) === 'mistral';
  if ((isMistral ? mistralId : converseId).test(id)) return id;
  const digest = createHash('sha256').update(id).digest('hex');
  return isMistral ? digest.slice(0, 9) : `tooluse_${digest.slice(0, 32)}`;
}
