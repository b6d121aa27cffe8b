import { claudeVersionOf } from './claude-version.ts';

/**
 * Whether a model enforces a JSON schema, of its answer or of a strict tool: Claude since Opus 4.1, Sonnet 4.5 and
 * Haiku 4.5 (platform.claude.com, structured outputs). Names that are not Claude's belong to compatible servers and are
 * taken at their word.
 */
export function enforcesSchemas(model: string): boolean {
  const version = claudeVersionOf(model);
  if (version === null) return true;
  return version.number >= (version.family === 'opus' ? 401 : 405);
}
