import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, type Parameters } from 'recheck';

const installed = new URL('../../../../node_modules/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('recheck/package.json', installed), 'utf8')) as { version: string };
const file = fileURLToPath(new URL('.cache/safe-patterns.json', installed));

/**
 * The patterns among these that recheck does not find safe, each with its verdict. What it says of a pattern depends on
 * nothing but the pattern, its own version and the bounds, which must not be bounds of time: a pattern found safe once is
 * not looked at again on this installation.
 */
export async function unsafePatterns(patterns: readonly RegExp[], bounds: Parameters): Promise<readonly string[]> {
  const known = readKnown();
  const safe = new Set<string>();
  const verdicts: string[] = [];
  for (const pattern of patterns) {
    const { source, flags } = checkable(pattern);
    const id = createHash('sha256')
      .update(JSON.stringify([version, bounds, source, flags]))
      .digest('base64url');
    const status = known.has(id) ? 'safe' : (await check(source, flags, bounds)).status;
    if (status === 'safe') safe.add(id);
    else verdicts.push(`${status}: ${source}`);
  }
  if ([...safe].some((id) => !known.has(id))) await keep(safe);
  return verdicts;
}

/** A sticky pattern is tried at one place, as if it began with `^`. */
function checkable(pattern: RegExp): { source: string; flags: string } {
  const source = pattern.sticky ? `^(?:${pattern.source})` : pattern.source;
  return { source, flags: pattern.flags.replace(/[gyd]/g, '') };
}

function readKnown(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(readFileSync(file, 'utf8')) as readonly string[]);
  } catch {
    return new Set();
  }
}

async function keep(safe: ReadonlySet<string>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  await writeFile(written, JSON.stringify([...safe]));
  await rename(written, file);
}
