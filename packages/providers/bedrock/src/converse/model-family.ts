/**
 * What Converse takes differs by the maker of the model, and only the id tells it: plain, with the prefix of an
 * inference profile (`us.`, `eu.`, `global.` ...), or at the end of an ARN. An application inference profile and a
 * provisioned model hide it; they are taken as of no known family.
 */
export type ModelFamily = 'claude' | 'nova' | 'openai' | 'mistral' | 'other';

const marks: readonly (readonly [RegExp, ModelFamily])[] = [
  [/anthropic\.claude/, 'claude'],
  [/amazon\.nova/, 'nova'],
  [/openai\./, 'openai'],
  [/mistral\./, 'mistral'],
];

/** The family of a model by its id. */
export function modelFamilyOf(model: string): ModelFamily {
  return marks.find(([mark]) => mark.test(model))?.[1] ?? 'other';
}

/** The version of a Claude model as major * 100 + minor; unknown names count as newer than any. */
export function claudeVersionOf(model: string): number {
  if (/claude-(?:v\d|instant)/.test(model)) return 200;
  const older = /claude-(\d)(?:-(\d)(?!\d))?-/.exec(model);
  const newer = /claude-[a-z]+-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model);
  const version = older ?? newer;
  return version === null ? Number.POSITIVE_INFINITY : Number(version[1]) * 100 + Number(version[2] ?? 0);
}

const enforcingModels =
  /openai\.gpt|deepseek\.v3|google\.gemma-3-(?:12b|27b)|mistral\.(?:devstral|magistral|ministral|mistral-large-3|voxtral)|moonshot(?:ai)?\.kimi|nvidia\.nemotron|qwen\.qwen3|xai\.grok|zai\.glm/;

/**
 * True for models whose answers Converse holds to a JSON schema (`outputConfig.textFormat`): Claude 4.5 and 4.6 and
 * open-weight models (docs.aws.amazon.com, Bedrock user guide, "Get validated JSON results from models"; models.dev for
 * the ids). The newer Claude models refuse the field on Bedrock.
 */
export function enforcesSchema(model: string): boolean {
  if (modelFamilyOf(model) !== 'claude') return enforcingModels.test(model);
  const version = claudeVersionOf(model);
  return version === 405 || version === 406;
}

/** True for models that take no `temperature` and `topP` any more: Claude since 4.7, GPT since 5 (models.dev). */
export function refusesSampling(model: string): boolean {
  return modelFamilyOf(model) === 'claude' ? claudeVersionOf(model) > 406 : /openai\.gpt-[5-9]/.test(model);
}
