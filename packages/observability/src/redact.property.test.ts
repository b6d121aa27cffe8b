import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldForms, generated, secretNames } from './__fixtures__/secret-lines.ts';
import { redact } from './index.ts';
import { isMixed } from './redaction/secret-guards.ts';
import { vendorShapes, type VendorShape } from './redaction/vendor-shapes.ts';

/** Without what fast-check cannot generate (what must not follow) and what only JSON adds (escaped slashes). */
function patternToGenerate({ after }: VendorShape): string {
  return after.replace(/\(\?![^)]*\)/g, '').replaceAll('\\\\{0,7}', '');
}

/** Keys as the table says a vendor makes them. */
function keysOf(shape: VendorShape): fc.Arbitrary<string> {
  const body = fc.stringMatching(new RegExp(`^${patternToGenerate(shape)}$`));
  const { before } = shape;
  const head = before
    ? fc.stringMatching(new RegExp(`^[${before.alphabet}]{${before.min},${before.max}}$`))
    : fc.constant('');
  return fc
    .tuple(head, fc.constantFrom(...shape.anchors), body)
    .filter(([start, , end]) => shape.mixed !== true || isMixed(before ? start + end : end))
    .filter(([start]) => start !== shape.public)
    .map((parts) => parts.join(''))
    .filter((key) => /[^.\\]$/.test(key) && !/\.{3}|\*{3}/.test(key));
}

const contexts: readonly ((key: string) => string)[] = [
  (key) => `probe ${key} -> 200 OK in 31 ms`,
  (key) => JSON.stringify({ level: 50, msg: `upstream rejected credential ${key}` }),
  (key) => JSON.stringify({ msg: `one\n${key}\ntwo` }),
  (key) => JSON.stringify({ body: JSON.stringify({ error: `no such key '${key}'` }) }),
  (key) => `Incorrect key provided: ${key}. You can find it in the dashboard.`,
  (key) => `at request (some_name=${key})\\n    at main (/app/main.js:1:2)`,
  (key) => `[ 'x', '${key}', 'y' ]`,
  (key) => `\u001b[33m${key}\u001b[0m`,
];

describe('vendor shapes', () => {
  for (const shape of vendorShapes) {
    it(`finds every key of ${shape.owner} (${shape.anchors[0]})`, () => {
      fc.assert(
        fc.property(keysOf(shape), fc.constantFrom(...contexts), (key, context) => {
          const redacted = redact(context(key));
          expect(redacted).not.toContain(key);
          expect(redacted).toContain('[REDACTED]');
        }),
        { numRuns: 25 },
      );
    });
  }
});

const fragments = fc.oneof(
  fc.constantFrom(
    ...[
      '"',
      "'",
      '\\',
      '\\"',
      '=',
      ':',
      ' ',
      '\n',
      '{',
      '}',
      '[',
      ']',
      ',',
      '%3D',
      '%22',
      '&quot;',
      '\\u0022',
      '|',
      '\t',
    ],
    ...[
      'password',
      'apiKey',
      'token=',
      'cookie: a=',
      'authorization: Bearer ',
      'name',
      'value',
      'user,password\n',
      '://a:b@',
    ],
    ...[
      'hunter2',
      generated,
      'eyJhbGciOi.eyJzdWIi.x',
      'login a password b',
      '--token ',
      'AKIA',
      'kty',
      'form-data; name="pin"',
    ],
  ),
  fc.string({ maxLength: 6 }),
);
const texts = fc.array(fragments, { maxLength: 12 }).map((parts) => parts.join(''));
const keys = fc.oneof(
  texts,
  fc.constantFrom('password', 'token', 'authorization', 'cookie', 'set-cookie', 'name', 'value', 'pin'),
);
const { values } = fc.letrec<{ values: unknown }>((tie) => ({
  values: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('values'), { maxLength: 4 }),
    fc.dictionary(keys, tie('values'), { maxKeys: 5 }),
    tie('values').map((value) => JSON.stringify(value)),
  ),
}));

describe('a line of JSON', () => {
  it('stays a line of JSON with the same top-level fields, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 5 }), values, { minKeys: 1, maxKeys: 5 }), (fields) => {
        const redacted = redact(JSON.stringify(fields));
        expect(redacted).not.toContain('\n');
        expect(Object.keys(JSON.parse(redacted) as object).length).toBeLessThanOrEqual(Object.keys(fields).length);
      }),
      { numRuns: 3000 },
    );
  });

  it('hides a named secret whatever stands around it', () => {
    const forms = Object.values(fieldForms);
    fc.assert(
      fc.property(
        fc.constantFrom(...secretNames),
        fc.constantFrom(...forms),
        fc.stringMatching(/^[A-Za-z][a-z0-9A-Z]{10,30}[0-9][A-Z][a-z]$/),
        fc.array(fc.constantFrom('request failed', 'in 31 ms', 'model gpt-4o', '(attempt 3)', 'GET /v1/models'), {
          maxLength: 3,
        }),
        (name, form, secret, words) => {
          expect(redact(`${words.join(' ')} ${form(name, secret)}`)).not.toContain(secret);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
