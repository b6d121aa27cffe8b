/**
 * Models that answer only over the Responses API: the pro models, those made for Codex, deep research and computer use
 * (https://developers.openai.com/api/docs/models, "available in the Responses API only").
 */
const responsesOnly = /^(o\d+-pro|o\d+(-mini)?-deep-research|gpt-\d+(\.\d+)?-(pro|codex)|codex|computer-use)(-|$)/;

/** The o series, gpt-5 and later, and those made for Codex and computer use; the `-chat` models do not reason. */
const reasoning = /^(o\d+|gpt-([5-9]|\d\d+)(\.\d+)?|codex|computer-use)(-|$)/;

/** gpt-5.6 and later (docstring of `prompt_cache_options` in the `openai` package, 7.55). */
const cacheBreakpoints = /^gpt-(5\.([6-9]|\d\d+)|([6-9]|\d\d+)(\.\d+)?)(-|$)/;

/** True for a model that Chat Completions refuses. */
export function answersOnlyOverResponses(model: string): boolean {
  return responsesOnly.test(model);
}

/** True for a model that gives its reasoning out sealed; others refuse to be asked for it. */
export function sealsReasoning(model: string): boolean {
  return reasoning.test(model) && !model.includes('-chat');
}

/** True for a model whose prompt cache takes breakpoints on content parts. */
export function takesCacheBreakpoints(model: string): boolean {
  return cacheBreakpoints.test(model);
}
