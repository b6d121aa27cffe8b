import { describe, expect, it } from 'vitest';
import { chosen, fieldForms, generated, hexKey, secretNames } from './__fixtures__/secret-lines.ts';
import { lookAlikes } from './__fixtures__/look-alikes.ts';
import { redact } from './index.ts';

describe('redact: values with a name', () => {
  for (const [form, render] of Object.entries(fieldForms)) {
    it(`removes them in ${form}`, () => {
      for (const name of secretNames) {
        const line = render(name, generated);
        expect(redact(line), line).not.toContain(generated);
      }
    });
  }

  it('removes short and chosen passwords, which look like words', () => {
    expect(redact('{"pwd":"hunter2"}')).toBe('{"pwd":"[REDACTED]"}');
    expect(redact(`password=${chosen}&scope=read`)).toBe('password=[REDACTED]&scope=read');
    expect(redact('{"userPasswords":["one","two"],"n":1}')).toBe('{"userPasswords":["[REDACTED]","[REDACTED]"],"n":1}');
    expect(redact('pwd: swordfish')).toBe('pwd: [REDACTED]');
  });

  it('gives quotes to a number that it removes, so that the line stays JSON', () => {
    expect(redact('{"mfaCode":390326,"n":1}')).toBe('{"mfaCode":"[REDACTED]","n":1}');
    expect(redact(String.raw`{"b":"{\"password\":12345678}"}`)).toBe(String.raw`{"b":"{\"password\":\"[REDACTED]\"}"}`);
  });

  it('keeps what stands around them', () => {
    const line =
      '{"level":30,"requestId":"req_ab12","config":{"api-key":"649e2e372af68c38","timeoutMs":30000},"msg":"made"}';
    expect(redact(line)).toBe(line.replace('649e2e372af68c38', '[REDACTED]'));
  });
});

const expectations: readonly (readonly [string, string, string])[] = [
  [
    'a bearer token',
    `GET / authorization: Bearer ${generated} user-agent: x`,
    'GET / authorization: Bearer [REDACTED] user-agent: x',
  ],
  ['basic credentials', 'Proxy-Authorization: Basic dXNlcjpwdw==', 'Proxy-Authorization: Basic [REDACTED]'],
  ['a bare credential', `Authorization: ${hexKey}`, 'Authorization: [REDACTED]'],
  ['a digest response', `Digest username="x", response="${hexKey}"`, 'Digest username="x", response="[REDACTED]"'],
  ['a cookie', `Cookie: sid=${generated}; theme=dark`, 'Cookie: sid=[REDACTED]; theme=dark'],
  [
    'a new cookie',
    `set-cookie: __Host-sid=${generated}; Path=/; HttpOnly`,
    'set-cookie: __Host-sid=[REDACTED]; Path=/; HttpOnly',
  ],
  [
    'a URL',
    `postgres://root:${chosen}@db.internal:5432/app (attempt 3)`,
    'postgres://root:[REDACTED]@db.internal:5432/app (attempt 3)',
  ],
  ['a URL without user', `redis://:${chosen}@cache:6379/0`, 'redis://:[REDACTED]@cache:6379/0'],
  ['a URL with a raw slash', `amqp://u:a/${chosen}@h/db`, 'amqp://u:[REDACTED]@h/db'],
  ['a URL in escaped JSON', String.raw`https:\/\/u:${chosen}@h\/x`, String.raw`https:\/\/u:[REDACTED]@h\/x`],
  ['a token as a user', `https://${generated}@git.example.test/x`, 'https://[REDACTED]@git.example.test/x'],
  ['an Oracle URL', `jdbc:oracle:thin:scott/${chosen}@h:1521`, 'jdbc:oracle:thin:scott/[REDACTED]@h:1521'],
  ['a signed URL', `?sv=2023&sig=${generated}%3D 403`, '?sv=2023&sig=[REDACTED] 403'],
  ['netrc', `machine x login svc password ${chosen}`, 'machine x login svc password [REDACTED]'],
  ['pgpass', `db.internal:5432:app:svc:${chosen}`, 'db.internal:5432:app:svc:[REDACTED]'],
  ['curl', `curl -u admin:${chosen} https://x`, 'curl -u admin:[REDACTED] https://x'],
  ['mysql', `mysql -h db -p${chosen} app`, 'mysql -h db -p[REDACTED] app'],
  ['SQL', `CREATE USER x IDENTIFIED BY '${chosen}'`, `CREATE USER x IDENTIFIED BY '[REDACTED]'`],
  ['a password hash', 'svc:$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJ', 'svc:[REDACTED]'],
  ['CSV', `user,password,n\nsvc,${chosen},1\n`, 'user,password,n\nsvc,[REDACTED],1\n'],
  ['CSV in JSON', `{"csv":"user,password\\nsvc,${chosen}\\n"}`, '{"csv":"user,password\\nsvc,[REDACTED]\\n"}'],
  [
    'a form part',
    `form-data; name="password"\r\n\r\n${chosen}\r\n--x`,
    'form-data; name="password"\r\n\r\n[REDACTED]\r\n--x',
  ],
  [
    'a complaint of a vendor',
    `Incorrect API key provided: ${hexKey}. You can`,
    'Incorrect API key provided: [REDACTED] You can',
  ],
  ['a sentence', 'your verification code is 390326', 'your verification code is [REDACTED]'],
  ['a JSON Web Key', `{"kty":"EC","x":"abc","d":"${generated}"}`, '{"kty":"EC","x":"abc","d":"[REDACTED]"}'],
  ['a JSON Web Token', 'got eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln, ok', 'got [REDACTED], ok'],
];

describe('redact: places', () => {
  for (const [place, line, expected] of expectations) {
    it(`removes a secret in ${place} and keeps the rest`, () => {
      expect(redact(line)).toBe(expected);
    });
  }

  it('removes private keys, escaped or cut off', () => {
    const head = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
    const tail = ['-----END', 'PRIVATE KEY-----'].join(' ');
    const pem = `${head}\n${generated}\n${generated}\n${tail}\nat keys.js:10:2`;
    expect(redact(pem)).toBe(`${head}[REDACTED]${tail}\nat keys.js:10:2`);
    expect(redact(JSON.stringify({ a: JSON.stringify({ pem }) }))).not.toContain(generated);
    expect(redact(`${head}\n${generated}`)).toBe(`${head}[REDACTED]`);
  });

  it('changes nothing that is redacted already', () => {
    for (const [, line] of expectations) expect(redact(redact(line))).toBe(redact(line));
  });
});

describe('redact: look-alikes', () => {
  for (const line of lookAlikes) {
    it(`keeps ${line.slice(0, 60)}`, () => {
      expect(redact(line)).toBe(line);
    });
  }
});
