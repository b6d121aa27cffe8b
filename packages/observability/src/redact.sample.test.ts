import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redact } from './index.ts';

/** A set of lines that is not part of this project; checked where it lies beside the workspace. */
const sample = new URL('../../../../shared/data/security/1-secrets/secrets.jsonl', import.meta.url);

interface SampleLine {
  readonly id: string;
  readonly line: string;
  readonly secrets?: readonly string[];
  readonly keep?: readonly string[];
}

describe('the sample of secrets', () => {
  it.runIf(existsSync(sample))('loses every secret and nothing else', () => {
    const lines = readFileSync(sample, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as SampleLine);
    const wrong = lines.filter(({ line, secrets = [], keep = [] }) => {
      const redacted = redact(line);
      return secrets.some((secret) => redacted.includes(secret)) || !keep.every((text) => redacted.includes(text));
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});
