import type * as Recheck from 'recheck';
import { LatticeError, type Issue } from '@lattice-lock/contract';
import type { PatternDocument } from './pattern-definition.ts';

/** Longest check of one regex, ms: one that cannot be proven safe in that time is refused. */
const checkTimeoutMs = 10_000;

/**
 * Refuses regexes that can backtrack without bound, with the `recheck` analyser, which is loaded for this alone. Phrases
 * need no check: they cannot backtrack. The analyser is an optional peer (58 MB installed): only who writes regexes of his
 * own needs it.
 *
 * @throws LatticeError `LATTICE_PATTERN` naming the file, every unsafe pattern and an input that makes it slow.
 */
export async function assertSafePatterns(document: PatternDocument, file: string): Promise<void> {
  const suspects = document.patterns.filter((pattern) => pattern.regex !== null);
  if (suspects.length === 0) return;
  const { check } = await loadAnalyser(file);
  const issues: Issue[] = [];
  for (const { id, regex } of suspects) {
    if (regex === null) continue;
    const found = await check(regex.source, regex.flags, { timeout: checkTimeoutMs });
    if (found.status === 'safe') continue;
    const reason =
      found.status === 'vulnerable'
        ? `can backtrack without bound (${found.complexity.summary}), for example on ${found.attack.pattern.slice(0, 80)}`
        : `cannot be proven safe (${found.error.kind})`;
    issues.push({ path: `patterns.${id}.regex`, message: `pattern "${id}" ${reason}` });
  }
  if (issues.length === 0) return;
  const list = issues.map((issue) => `${file}: ${issue.message}`).join('\n');
  throw new LatticeError(
    'LATTICE_PATTERN',
    `${list}\nWrite the regex without nested or adjoining repeats, or use words.`,
    {
      issues,
    },
  );
}

async function loadAnalyser(file: string): Promise<Pick<typeof Recheck, 'check'>> {
  try {
    return await import('recheck');
  } catch (error) {
    throw new LatticeError(
      'LATTICE_PATTERN',
      `${file}: its regexes can only be used when they are proven safe, and the analyser is not installed. ` +
        'Install it with: npm install recheck (or use words instead of regexes).',
      { cause: error },
    );
  }
}
