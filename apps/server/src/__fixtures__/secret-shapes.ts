import { existsSync, readFileSync } from 'node:fs';

/** A line as it may stand in a vendor's error, and the secrets in it. */
export interface SecretLine {
  readonly kind: string;
  readonly line: string;
  readonly secrets: readonly string[];
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits that look random and are the same each time; written apart, so that no file holds a key's shape. */
function body(length: number, seed: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return letters[(state >> 8) % letters.length];
  }).join('');
}

const shapes: readonly (readonly [kind: string, secret: string])[] = [
  ['openai-project', `sk-proj-${body(74, 1)}T3BlbkFJ${body(74, 2)}`],
  ['openai-legacy', `sk-${body(20, 3)}T3BlbkFJ${body(20, 4)}`],
  ['anthropic-api', `sk-ant-api03-${body(93, 5)}AA`],
  ['google-api-key', `AIza${body(35, 6)}`],
  ['xai', `xai-${body(80, 7)}`],
  [
    'aws-access-key-id',
    `AKIA${body(40, 8)
      .toUpperCase()
      .replace(/[^A-Z2-7]/g, '')
      .padEnd(16, 'Q7')
      .slice(0, 16)}`,
  ],
  ['github', `ghp_${body(36, 9)}`],
  ['own key', `lk_${body(43, 10)}`],
  ['jwt', `eyJhbGciOiJIUzI1NiJ9.eyJ${body(40, 11)}.${body(43, 12)}`],
];

/** The shapes this project knows of itself, each in a sentence of a vendor. */
export const ownSecretLines: readonly SecretLine[] = shapes.map(([kind, secret]) => ({
  kind,
  line: `Incorrect API key provided: ${secret}. Check the key and try again.`,
  secrets: [secret],
}));

const sample = new URL('../../../../../shared/data/security/1-secrets/secrets.jsonl', import.meta.url);

/** The lines of the sample's tier A ("own shape"), where the sample lies beside the workspace; none otherwise. */
export function sampleSecretLines(): readonly SecretLine[] {
  if (!existsSync(sample)) return [];
  return readFileSync(sample, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SecretLine & { readonly tier: string })
    .filter(({ tier }) => tier === 'A');
}
