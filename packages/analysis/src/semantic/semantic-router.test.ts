import { readFileSync } from 'node:fs';
import { LatticeError, type ModelRef } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSemanticRouter, HashedEmbedder, parseRouteFile, type RouteSet, type SemanticRouter } from './index.ts';

const anyModel: ModelRef = { provider: 'openai', model: 'gpt-5-mini' };

/** A route as its examples alone, or with more about it. */
type RouteText = readonly string[] | { readonly examples: readonly string[]; readonly [key: string]: unknown };

function routesOf(routes: Readonly<Record<string, RouteText>>): RouteSet {
  const list = Object.entries(routes).map(([name, text]) => {
    const told = 'examples' in text ? text : { examples: text };
    return { name, preset: 'cheap', ...told };
  });
  const bytes = Buffer.from(JSON.stringify({ version: 1, routes: list }));
  return parseRouteFile(bytes, 'routes.yaml', { resolveModel: () => anyModel });
}

const refunds = ['I want my money back', 'You charged me twice', 'The invoice is wrong', 'Ich möchte mein Geld zurück'];
const bugs = ['The app crashes at start', 'I get an error on login', 'The page does not load', 'アプリが起動しません'];

const taken = (router: SemanticRouter, text: string) => router.match(text).taken?.route.name ?? null;

describe('a router of examples', () => {
  it('takes what is near enough to an example, names it, and else says what was nearest', async () => {
    const router = await createSemanticRouter(routesOf({ refunds, bugs }));
    const match = router.match('give me my money back, you charged me twice');
    expect(match).toMatchObject({
      embedder: 'local',
      taken: { route: { name: 'refunds', action: { preset: 'cheap' } } },
    });
    expect(refunds).toContain(match.taken?.example);
    expect(match.nearest).toEqual(match.taken);
    expect(match.taken?.score).toBeGreaterThanOrEqual(match.taken?.threshold ?? 1);
    const other = router.match('Was the invoice for the wedding cake invented by the app?');
    expect(other.taken?.score ?? other.nearest?.score).toBeGreaterThan(0);
    expect(router.match('Explain photosynthesis').taken).toBeNull();
    expect(router.match('')).toEqual({ taken: null, nearest: null, embedder: 'local' });
  });

  it('knows languages by their own examples, also those without blanks between words', async () => {
    const router = await createSemanticRouter(routesOf({ refunds, bugs }));
    expect(taken(router, 'kriege ich mein Geld zurück?')).toBe('refunds');
    expect(taken(router, 'アプリが全然起動しません')).toBe('bugs');
    expect(taken(router, '東京の天気を教えて')).toBeNull();
  });

  it('does not look at case, blanks, accents, politeness or a slip of the keys', async () => {
    const router = await createSemanticRouter(routesOf({ refunds, bugs }), { cacheSize: 0 });
    for (const example of [...refunds.slice(0, 3), ...bugs.slice(0, 3)]) {
      const name = refunds.includes(example) ? 'refunds' : 'bugs';
      const changed = [
        example.toUpperCase(),
        example.replaceAll(' ', '   '),
        `Hello! Could you please help me with this? ${example}. Thank you very much!`,
        example.replace(/([a-z])([a-z])(?=[^a-z]*$)/, '$2$1'),
      ];
      for (const text of changed) expect(taken(router, text), text).toBe(name);
    }
    expect(taken(router, 'ich mochte mein geld zuruck')).toBe('refunds');
    const slips = ['I wnat my mnoey back', 'You cahrged me twcie', 'the invooice is worng', 'I get an errror on lgoin'];
    expect(slips.map((text) => taken(router, text))).toEqual(['refunds', 'refunds', 'refunds', 'bugs']);
  });

  it('reads both ends of a long text, and neither what lies between nor more than that', async () => {
    const router = await createSemanticRouter(routesOf({ refunds, bugs }));
    const filler = 'lorem ipsum dolor sit amet '.repeat(40_000);
    expect(taken(router, `${filler} I want my money back`)).toBe('refunds');
    expect(taken(router, `I want my money back. ${filler}`)).toBe('refunds');
    expect(taken(router, `${filler} I want my money back. ${filler}`)).toBeNull();
    expect(taken(router, 'x'.repeat(1_000_000))).toBeNull();
  });

  it('leaves to others what is nearer to an example against the route', async () => {
    const text = 'How much money does a bank charge?';
    const open = await createSemanticRouter(routesOf({ refunds: { examples: refunds, threshold: 0.05 } }));
    expect(taken(open, text)).toBe('refunds');
    const against = { examples: refunds, negatives: ['How much money does a bank make?'], threshold: 0.05 };
    const closed = await createSemanticRouter(routesOf({ refunds: against }));
    expect(taken(closed, text)).toBeNull();
    expect(taken(closed, 'I want my money back')).toBe('refunds');
  });

  it('keeps a threshold that is set, fits others within bounds, and has a default for a few examples', async () => {
    const few = { examples: ['Sing a song', 'Hum a tune'] };
    const router = await createSemanticRouter(routesOf({ refunds, bugs: { examples: bugs, threshold: 0.9 }, few }));
    const [fitted, set, byDefault] = router.report.routes;
    expect([fitted?.origin, set?.origin, byDefault?.origin]).toEqual(['fitted', 'set', 'default']);
    expect([set?.threshold, byDefault?.threshold]).toEqual([0.9, 0.28]);
    expect(fitted?.threshold).toBeGreaterThanOrEqual(0.24);
    expect(fitted?.threshold).toBeLessThanOrEqual(0.45);
    expect(taken(router, 'the app crashes now and then')).toBeNull();
  });

  it('gives what it remembers, and the same without a memory', async () => {
    const set = routesOf({ refunds, bugs });
    const [remembering, forgetful] = [
      await createSemanticRouter(set),
      await createSemanticRouter(set, { cacheSize: 0 }),
    ];
    const texts = [...refunds, ...bugs, 'Why is the sky blue?', 'error on my invoice'];
    for (const text of [...texts, ...texts]) expect(remembering.match(text)).toEqual(forgetful.match(text));
    expect(remembering.match('I want it back')).toBe(remembering.match('I want it back'));
  });

  it('is found out by leaving its examples out: each of the others knows it or not', async () => {
    const alike = [
      'Reset my password',
      'How do I reset my password?',
      'I must reset the password',
      'Password reset please',
    ];
    const router = await createSemanticRouter(routesOf({ passwords: alike, bugs }));
    const [passwords, others] = router.report.routes;
    expect(passwords).toMatchObject({ coverage: 1, precision: 1, takenBy: { passwords: 4 } });
    expect(others?.coverage).toBeLessThan(1);
    expect(router.report).toMatchObject({ judged: 8, accuracy: 1, negativesTaken: null });
  });
});

describe('intents written for this project', () => {
  interface Intents {
    readonly sets: readonly {
      readonly name: string;
      readonly routes: Readonly<Record<string, readonly string[]>>;
      readonly requests: readonly { readonly route: string; readonly text: string }[];
      readonly unrelated: readonly string[];
    }[];
  }
  const file = new URL('../__fixtures__/intents.json', import.meta.url);
  const { sets } = JSON.parse(readFileSync(file, 'utf8')) as Intents;

  it.each(sets.map((set) => [set.name, set] as const))(
    '%s: most are recognised, few others are taken',
    async (_, set) => {
      const router = await createSemanticRouter(routesOf(set.routes));
      const found = set.requests.map(({ route, text }) => ({ route, is: taken(router, text) }));
      const right = found.filter(({ route, is }) => route === is).length;
      const wrong = found.filter(({ route, is }) => is !== null && route !== is).length;
      const leftAlone = set.unrelated.filter((text) => taken(router, text) === null).length;
      expect(right / found.length).toBeGreaterThanOrEqual(0.75);
      expect(wrong / found.length).toBeLessThanOrEqual(0.03);
      expect(leftAlone / set.unrelated.length).toBeGreaterThanOrEqual(0.85);
    },
  );
});

describe('the built-in embedder', () => {
  it('makes vectors of one length from the text alone', async () => {
    const embedder = new HashedEmbedder();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 4 }), async (texts) => {
        const vectors = await embedder.embed(texts);
        expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => embedder.dimensions));
        for (const vector of vectors) {
          const length = Math.hypot(...vector);
          expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true);
        }
        expect(await new HashedEmbedder().embed(texts)).toEqual(vectors);
      }),
      { numRuns: 50 },
    );
    const stopped = AbortSignal.abort();
    await expect(embedder.embed(['x'], stopped)).rejects.toThrow();
  });
});

describe('a file of routes', () => {
  it('is read whatever it holds, or refused with places', () => {
    const key = fc.constantFrom('version', 'routes', 'embedder', 'name', 'examples', 'model', 'deny', 'threshold', 'x');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(1, 'refunds', '', null, true, 2.5, 'local', 'a/b'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    const root = fc.record({ version: fc.constant(1), routes: fc.array(fc.dictionary(key, tree), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.oneof(tree, root, fc.string()), (value) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        try {
          parseRouteFile(Buffer.from(text), 'routes.yaml', { resolveModel: () => anyModel });
        } catch (error) {
          expect(LatticeError.isInstance(error)).toBe(true);
          expect(error).toMatchObject({
            code: 'LATTICE_CONFIG',
            message: expect.stringMatching(/^routes\.yaml:\d+:\d+ /),
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});
