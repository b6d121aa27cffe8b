import { describe, expect, it } from 'vitest';
import { fieldForms, generated, secretNames } from './__fixtures__/secret-lines.ts';
import { lookAlikes } from './__fixtures__/look-alikes.ts';
import { unsafePatterns } from './__fixtures__/safe-patterns.ts';
import { redact } from './index.ts';
import { vendorShapes } from './redaction/vendor-shapes.ts';

/** Every pattern that redaction runs on these lines, seen where all of them pass: at `exec`. */
function patternsInUse(lines: readonly string[]): readonly RegExp[] {
  const seen = new Map<string, RegExp>();
  const { exec } = RegExp.prototype;
  RegExp.prototype.exec = function (this: RegExp, text: string) {
    seen.set(`${this.source} ${this.flags}`, this);
    return exec.call(this, text);
  };
  try {
    for (const line of lines) redact(line);
  } finally {
    RegExp.prototype.exec = exec;
  }
  return [...seen.values()];
}

/** Counted in steps of the matcher, never in time: a busy machine finds the same. 3 000 steps for a character are plenty. */
const bounds = {
  timeout: null,
  attackTimeout: null,
  randomSeed: 1,
  maxIteration: 3,
  maxAttackStringSize: 50_000,
  attackLimit: 150_000_000,
} as const;

const lines = [
  ...lookAlikes,
  ...secretNames.flatMap((name) => Object.values(fieldForms).map((form) => form(name, generated))),
  `eyJhbGciOi.eyJzdWIi.x kty PRIVATE KEY form-data; name="pin"\n\n1234\n -u a:b mysql -pabc https://a:b@c jdbc:oracle:thin:a/b@c`,
  `Digest response="x" cookie: a=b; c=d the password is abcdef123 -----BEGIN PRIVATE KEY-----\nabc`,
];

describe('the patterns of redaction', () => {
  const patterns = [...patternsInUse(lines), ...vendorShapes.map(({ after }) => new RegExp(after, 'y'))];
  const unique = [...new Map(patterns.map((pattern) => [pattern.source, pattern])).values()];

  it('are all seen', () => {
    expect(unique.length).toBeGreaterThan(150);
  });

  it('take time that grows with the length of the text only', { timeout: 240_000 }, async () => {
    expect(await unsafePatterns(unique, bounds)).toEqual([]);
  });

  it.each([String.raw`(?:a|a)*$`, String.raw`x\s*\s*y`, String.raw`[a-z]+(?=")`])('would show %s', async (source) => {
    expect(await unsafePatterns([new RegExp(source)], bounds)).toEqual([`vulnerable: ${source}`]);
  });
});
