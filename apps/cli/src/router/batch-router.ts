import { createTaskAnalyzer, type TaskAnalyzer, type TaskAnalyzerOptions } from '@lattice-lock/analysis';
import { loadCatalog } from '@lattice-lock/catalog';
import { formatModelRef, type ModelInfo, type TaskProfile } from '@lattice-lock/contract';
import { modelKey, priorQuality, type QualityModel } from '@lattice-lock/scoring';
import type { RouterModel } from 'lattice-lock';
import type { BatchRequest } from './batch-request.ts';

/** What is said of one prompt. */
export interface BatchAnswer {
  readonly id: string | number;
  readonly task: string;
  readonly domain: string;
  readonly difficulty: number;
  /** By `strong|weak`: the higher, the rather the prompt should go to the strong model. */
  readonly strong: Readonly<Record<string, number>>;
  /** The expected score of each model, 0 to 1. */
  readonly q: Readonly<Record<string, number>>;
  /** The models, the best first. */
  readonly ranking: readonly string[];
}

/** Answers prompts one by one, without any network call. */
export class BatchRouter {
  readonly #analyzer: TaskAnalyzer;
  readonly #quality: QualityModel | undefined;
  readonly #catalog: ReadonlyMap<string, ModelInfo>;
  readonly #allModels: readonly string[];
  readonly #nowMs: number;

  private constructor(
    analyzer: TaskAnalyzer,
    quality: QualityModel | undefined,
    models: readonly ModelInfo[],
    nowMs: number,
  ) {
    this.#analyzer = analyzer;
    this.#quality = quality;
    this.#catalog = new Map(models.map((model) => [modelKey(model.model), model]));
    this.#allModels = quality?.models ?? models.map(formatModelRef);
    this.#nowMs = nowMs;
  }

  /** @param settings What the project says of its analyser. */
  static async open(
    router: RouterModel,
    nowMs: number,
    settings: Pick<TaskAnalyzerOptions, 'patternsFile'> = {},
  ): Promise<BatchRouter> {
    const [analyzer, catalog] = await Promise.all([
      createTaskAnalyzer({ ...settings, cacheSize: 0, ...(router.task === undefined ? {} : { model: router.task }) }),
      loadCatalog(),
    ]);
    return new BatchRouter(analyzer, router.quality, catalog.list(), nowMs);
  }

  answer({ id, prompt, history = [], models = this.#allModels, pairs, tools }: BatchRequest): BatchAnswer {
    const profile = this.#analyzer.analyze({
      messages: [...history, { role: 'user', content: prompt }],
      ...(tools.length === 0 ? {} : { tools: tools.map((name) => ({ name, parameters: { type: 'object' } })) }),
    });
    const qualities = this.#qualities(profile, models);
    const ranking = [...models].sort((a, b) => (qualities.get(b) ?? 0) - (qualities.get(a) ?? 0));
    return {
      id,
      task: profile.kind,
      domain: profile.domain,
      difficulty: rounded(profile.difficulty),
      strong: Object.fromEntries(
        pairs.map(({ strong, weak }) => [`${strong}|${weak}`, rounded(this.#strength(profile, strong, weak))]),
      ),
      q: Object.fromEntries([...qualities].map(([name, quality]) => [name, rounded(quality)])),
      ranking,
    };
  }

  #qualities(profile: TaskProfile, models: readonly string[]): Map<string, number> {
    const learned = this.#quality?.predict(profile, models);
    return new Map(
      models.map((name) => {
        const estimate = learned?.get(name);
        const info = this.#catalog.get(modelKey(name));
        // What was learnt counts; a model that only the catalog knows has a prior; of any other an average is expected.
        if (estimate !== undefined && (info === undefined || this.#quality?.knows(name) === true))
          return [name, estimate.quality];
        return [name, priorQuality(info, profile, this.#nowMs)];
      }),
    );
  }

  #strength(profile: TaskProfile, strong: string, weak: string): number {
    return this.#quality?.pairStrength(profile, strong, weak) ?? profile.difficulty;
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(6));
}
