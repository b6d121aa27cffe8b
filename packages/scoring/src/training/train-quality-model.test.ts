import { loadCatalog } from '@lattice-lock/catalog';
import {
  attachTextFeatures,
  LatticeError,
  taskKinds,
  textFeatures,
  type TaskKind,
  type TaskProfile,
  type TextFeatures,
} from '@lattice-lock/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModelScorer, QualityModel } from '../index.ts';
import { trainQualityModel, type QualityTrainingRow, type TrainedQuality } from './index.ts';

const denseNames = ['length', 'words'] as const;

/** A profile of a text whose words stand for themselves as buckets. */
function profileOf(words: readonly number[], length = 0.3): TaskProfile {
  const kinds = Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as Record<TaskKind, number>;
  const profile: TaskProfile = {
    kind: 'qa',
    kinds,
    domain: 'general',
    domains: { general: 1 },
    difficulty: 0.5,
    difficultyConfidence: 0.5,
    needs: { vision: false, files: false, tools: false, json: 'none', language: 'en' },
    inputTokens: 10,
    expectedOutputTokens: 10,
    evidence: [],
  };
  const indexes = Int32Array.from(new Set(words)).sort();
  const values = new Float32Array(indexes.length).fill(1 / Math.sqrt(indexes.length));
  attachTextFeatures(profile, () => ({ indexes, values, dense: Float32Array.of(length, length / 2) }));
  return profile;
}

const noKinds = Object.fromEntries(taskKinds.map((kind) => [kind, 0])) as Record<TaskKind, number>;

function fail(): TextFeatures {
  throw new TypeError('the profile has no text features');
}

function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Law and physics: `jurist` is right on nine in ten of law and three in ten of physics, `physicist` the other way round. */
function recorded(count: number, seed: number): readonly QualityTrainingRow[] {
  const random = numbers(seed);
  const chance = { law: { jurist: 0.9, physicist: 0.3 }, physics: { jurist: 0.3, physicist: 0.9 } } as const;
  return Array.from({ length: count }, (_, at) => {
    const category = at % 2 === 0 ? 'law' : 'physics';
    const first = category === 'law' ? 100 : 500;
    const words = Array.from({ length: 12 }, () => first + Math.floor(random() * 60));
    const score = (likely: number) => ({ score: random() < likely ? 1 : 0 });
    return {
      profile: profileOf(words, random()),
      dataset: 'exam',
      category,
      cluster: String(at),
      outcomes: { 'maker/Jurist_1': score(chance[category].jurist), physicist: score(chance[category].physicist) },
    };
  });
}

const law = profileOf([101, 107, 113, 119, 123, 131, 140]);
const physics = profileOf([501, 507, 513, 519, 523, 531, 540]);

let trained: TrainedQuality;
let model: QualityModel;

beforeAll(() => {
  trained = trainQualityModel(recorded(300, 5), { denseNames });
  model = new QualityModel(JSON.parse(JSON.stringify(trained.model)));
});

describe('trainQualityModel', () => {
  it('learns which model does well on which prompts', () => {
    const onLaw = model.predict(law);
    const onPhysics = model.predict(physics);
    expect(onLaw.get('jurist.1')?.quality).toBeGreaterThan(0.75);
    expect(onLaw.get('physicist')?.quality).toBeLessThan(0.5);
    expect(onPhysics.get('physicist')?.quality).toBeGreaterThan(0.75);
    expect(onPhysics.get('jurist.1')?.quality).toBeLessThan(0.5);
    expect(model.pairStrength(law, 'Jurist_1', 'physicist')).toBeGreaterThan(0.2);
    expect(model.pairStrength(physics, 'Jurist_1', 'physicist')).toBeLessThan(-0.2);
  });

  it('routes better than the best single model on rows it did not see, and says so by data set', () => {
    const [exam] = trained.report.datasets;
    expect(exam).toMatchObject({ dataset: 'exam', rows: 300, models: 2 });
    expect(exam?.routed).toBeGreaterThan((exam?.bestSingle ?? 1) + 0.15);
    expect(exam?.routed).toBeLessThanOrEqual(exam?.oracle ?? 0);
    expect(exam?.squaredError).toBeLessThan(exam?.squaredErrorOfMeans ?? 0);
  });

  it('takes a name in any spelling, and gives a name without evidence an average without support', () => {
    const names = ['other/Jurist_1', 'jurist.1', 'nobody'];
    const found = model.predict(law, names);
    expect([...found.keys()]).toEqual(names);
    expect(found.get('other/Jurist_1')).toEqual(found.get('jurist.1'));
    expect(found.get('nobody')).toMatchObject({ support: 0, uncertainty: expect.any(Number) });
    expect(found.get('nobody')?.uncertainty).toBeGreaterThan(found.get('jurist.1')?.uncertainty ?? 1);
    expect(model.knows('nobody')).toBe(false);
  });

  it('rests on what transfers where a pair is unknown: more to read speaks for the strong model', () => {
    const short = model.pairStrength(profileOf([7, 8], 0.1), 'someone', 'nobody');
    const long = model.pairStrength(profileOf([7, 8], 0.9), 'someone', 'nobody');
    expect(long).toBeGreaterThan(short ?? 1);
  });

  it('rests on what transfers where a pair is unknown: code and what has to be worked out speak for the strong model', () => {
    const strength = (kind: TaskKind) => {
      const { kinds, ...profile } = profileOf([7, 8]);
      const task: TaskProfile = { ...profile, kinds: { ...kinds, [kind]: 0.9 } };
      attachTextFeatures(task, () => ({
        indexes: Int32Array.of(7),
        values: Float32Array.of(1),
        dense: Float32Array.of(0.5, 0.5),
      }));
      return model.pairStrength(task, 'someone', 'nobody') ?? Number.NaN;
    };
    expect(strength('math')).toBeGreaterThan(strength('creative'));
    expect(strength('code')).toBeGreaterThan(strength('math'));
  });

  it('lets a text that is given count for less than one that has to be worked out', () => {
    const strength = (kind: TaskKind, length: number) => {
      const { kinds, ...profile } = profileOf([7, 8]);
      const task: TaskProfile = { ...profile, kinds: { ...kinds, [kind]: 0.9 } };
      const [indexes, values] = [Int32Array.of(7), Float32Array.of(1)];
      attachTextFeatures(task, () => ({ indexes, values, dense: Float32Array.of(length, length) }));
      return model.pairStrength(task, 'someone', 'nobody') ?? Number.NaN;
    };
    expect(strength('summarization', 0.9)).toBeGreaterThan(strength('summarization', 0.6));
    expect(strength('summarization', 0.9)).toBeLessThan(strength('qa', 0.9));
  });

  it('sends a pair that nothing is known of to where better models gained, in whatever data set', () => {
    const random = numbers(23);
    const rows = Array.from({ length: 400 }, (_, at) => {
      const isTelling = at % 2 === 0;
      const words = Array.from({ length: 10 }, () => (isTelling ? 100 : 500) + Math.floor(random() * 60));
      const score = (likely: number) => ({ score: random() < likely ? 1 : 0 });
      return {
        profile: profileOf(words),
        dataset: isTelling ? 'proofs' : 'trivia',
        category: 'all',
        cluster: String(at),
        outcomes: { large: score(0.9), middle: score(isTelling ? 0.6 : 0.88), small: score(isTelling ? 0.2 : 0.86) },
      };
    });
    const learnt = new QualityModel(trainQualityModel(rows, { denseNames }).model);
    const gain = (profile: TaskProfile) => learnt.pairStrength(profile, 'someone', 'nobody') ?? Number.NaN;
    expect(gain(law)).toBeGreaterThan(gain(physics) + 0.05);
  });

  it('rests on what transfers for two models that were seen, but never in one domain', () => {
    const random = numbers(31);
    const rows = Array.from({ length: 200 }, (_, at) => {
      const isFirst = at % 2 === 0;
      // The same words in both data sets: a prompt is as likely of one as of the other.
      const words = Array.from({ length: 10 }, () => 100 + Math.floor(random() * 60));
      const score = { score: random() < 0.6 ? 1 : 0 };
      return {
        profile: profileOf(words, random()),
        dataset: isFirst ? 'first' : 'second',
        category: 'all',
        cluster: String(at),
        outcomes: isFirst ? { early: score } : { late: score },
      };
    });
    const learnt = new QualityModel(trainQualityModel(rows, { denseNames }).model);
    const strengthOf = (strong: string, weak: string) => learnt.pairStrength(law, strong, weak);
    expect(learnt.estimate(law, 'early')?.support).toBeGreaterThan(0.3);
    expect(strengthOf('early', 'late')).toBeGreaterThan(0.02);
    expect(strengthOf('early', 'late')).toBe(strengthOf('someone', 'nobody'));
  });

  it('does not take a task of another kind for one of a domain by its words alone', () => {
    const poem: TaskProfile = { ...law, kind: 'creative', kinds: { ...noKinds, creative: 1 } };
    attachTextFeatures(poem, () => textFeatures(law) ?? fail());
    const question: TaskProfile = { ...law, kinds: { ...noKinds, qa: 1 } };
    attachTextFeatures(question, () => textFeatures(law) ?? fail());
    const asked = new QualityModel(
      trainQualityModel(
        recorded(300, 5).map((row) => {
          const profile: TaskProfile = { ...row.profile, kinds: { ...noKinds, qa: 1 } };
          attachTextFeatures(profile, () => textFeatures(row.profile) ?? fail());
          return { ...row, profile };
        }),
        { denseNames },
      ).model,
    );
    expect(asked.estimate(question, 'jurist.1')?.support).toBeGreaterThan(0.8);
    expect(asked.estimate(poem, 'jurist.1')?.support).toBeLessThan(0.05);
  });

  it('tells hard prompts of one domain from easy ones by their wording', () => {
    const random = numbers(11);
    const rows = Array.from({ length: 300 }, (_, at) => {
      const isHard = at % 2 === 0;
      const words = Array.from({ length: 8 }, () => 100 + Math.floor(random() * 40));
      return {
        profile: profileOf([...words, isHard ? 300 : 301]),
        dataset: 'exam',
        category: 'law',
        cluster: String(at),
        outcomes: {
          strong: { score: random() < 0.9 ? 1 : 0 },
          weak: { score: random() < (isHard ? 0.3 : 0.85) ? 1 : 0 },
        },
      };
    });
    const learnt = new QualityModel(trainQualityModel(rows, { denseNames }).model);
    const [hard, easy] = [profileOf([101, 107, 113, 300]), profileOf([101, 107, 113, 301])];
    const gain = (profile: TaskProfile) => learnt.pairStrength(profile, 'strong', 'weak') ?? Number.NaN;
    expect(gain(hard)).toBeGreaterThan(gain(easy) + 0.15);
    expect(learnt.estimate(hard, 'weak')?.quality).toBeLessThan((learnt.estimate(easy, 'weak')?.quality ?? 0) - 0.15);
    expect(learnt.estimate(hard, 'strong')?.quality).toBeGreaterThan(0.7);
  });

  it('keeps what was seen of a pair where another data set has the same prompts', () => {
    const other = recorded(300, 7).map((row) => ({
      ...row,
      dataset: 'other exam',
      outcomes: { clerk: { score: 1 } },
    }));
    const wider = new QualityModel(trainQualityModel([...recorded(300, 5), ...other], { denseNames }).model);
    expect(wider.estimate(law, 'physicist')?.support).toBeGreaterThan(0.7);
    expect(wider.pairStrength(law, 'jurist.1', 'physicist')).toBeGreaterThan(0.2);
    expect(wider.pairStrength(physics, 'jurist.1', 'physicist')).toBeLessThan(-0.2);
  });

  it('learns from prompts of elsewhere where evidence ends', () => {
    const random = numbers(3);
    const elsewhere = Array.from({ length: 100 }, (_, at) => ({
      profile: profileOf(Array.from({ length: 12 }, () => 900 + Math.floor(random() * 60))),
      cluster: `elsewhere ${at}`,
    }));
    const wider = new QualityModel(trainQualityModel([...recorded(300, 5), ...elsewhere], { denseNames }).model);
    const strange = profileOf([901, 907, 913, 919, 923]);
    const support = (of: QualityModel) => of.predict(strange, ['physicist']).get('physicist')?.support ?? 1;
    expect(support(wider)).toBeLessThan(support(model) / 2);
  });

  it('makes the same model of the same rows and seed', () => {
    const rows = recorded(80, 9);
    const once = trainQualityModel(rows, { denseNames, seed: 4 });
    expect(trainQualityModel(rows, { denseNames, seed: 4 }).model).toEqual(once.model);
    expect(trainQualityModel(rows, { denseNames, seed: 5 }).model.codes).not.toBe(once.model.codes);
  });

  it('tells how far it is', () => {
    const steps: number[] = [];
    trainQualityModel(recorded(40, 2), { denseNames, onProgress: (done) => steps.push(done) });
    expect(steps.at(-1)).toBe(1);
    expect([...steps].sort((a, b) => a - b)).toEqual(steps);
  });

  it('refuses rows that it cannot learn from, naming the row', () => {
    const [row] = recorded(1, 1);
    const wrong = [{ ...row, profile: law, outcomes: { a: { score: 2 } } }];
    expect(() => trainQualityModel(wrong, { denseNames })).toThrow(/Row 1: the score of a is 2/);
    expect(() => trainQualityModel([{ profile: law }], { denseNames })).toThrow(/No row has outcomes/);
    const copied = [{ profile: { ...law }, outcomes: { a: { score: 1 } } }];
    expect(() => trainQualityModel(copied, { denseNames })).toThrow(/Row 1: .*no text features/);
  });
});

describe('QualityModel', () => {
  it('turns the choice of a scorer where it has evidence, and says so in the terms', async () => {
    const catalog = await loadCatalog();
    const known = catalog.list().filter(({ input }) => input.includes('text'));
    const [first, second] = known;
    if (first === undefined || second === undefined) throw new TypeError('the catalog has no models');
    const models = [
      { ...first, model: 'jurist.1' },
      { ...second, model: 'physicist' },
    ];
    const weights = { fit: 1, cost: 0, latency: 0, reliability: 0 };
    const scorer = new ModelScorer({ quality: model });
    const best = (profile: TaskProfile) => scorer.score({ models, profile, weights, priceOf: () => null })[0];
    expect(best(law)?.model.model).toBe('jurist.1');
    expect(best(physics)?.model.model).toBe('physicist');
    expect(best(physics)?.terms[0]).toMatchObject({
      detail: expect.stringContaining('learnt 0.'),
      value: best(physics)?.score,
    });
    const unknown = scorer.score({ models: [first], profile: law, weights, priceOf: () => null })[0];
    expect(unknown?.terms[0]?.detail).not.toContain('learnt');
  });

  it('says nothing of a profile without text features', () => {
    expect(model.predict(structuredClone({ ...law })).size).toBe(0);
    expect(model.pairStrength({ ...law }, 'jurist.1', 'physicist')).toBeUndefined();
  });

  it('refuses a damaged artefact, naming the field', () => {
    const damage = (change: object) => () => new QualityModel({ ...trained.model, ...change });
    const { matrices } = trained.model;
    expect(damage({ version: 1 })).toThrow(LatticeError);
    expect(damage({ version: 1 })).toThrow(/quality\.version must be 3/);
    expect(damage({ codes: 'AAAA' })).toThrow(/quality\.codes must hold/);
    expect(damage({ leaningCodes: 'AAAA' })).toThrow(/quality\.leaningCodes must hold/);
    expect(damage({ buckets: 1000 })).toThrow(/quality\.buckets must be a power of two/);
    expect(damage({ domains: [{ name: 'law', group: 9 }] })).toThrow(/quality\.domains\[0\]/);
    expect(damage({ matrices: { ...matrices, cells: undefined } })).toThrow(/quality\.matrices\.cells must be base64/);
    expect(() => new QualityModel(null)).toThrow(/quality must be an object/);
  });
});
