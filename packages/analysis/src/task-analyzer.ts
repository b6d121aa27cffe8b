import { attachTextFeatures, type TaskEvidence, type TaskProfile, type TextFeatures } from '@lattice-lock/contract';
import { LRUCache } from 'lru-cache';
import { viewConversation, type AnalysisInput } from './conversation-view.ts';
import { expectedOutputTokens } from './expected-output.ts';
import { fieldsWithKind } from './field-of-kind.ts';
import { estimateInputTokens } from './input-tokens.ts';
import { kindLogOdds, kindShares, likeliestKind } from './kind-shares.ts';
import { detectLanguage } from './language-detection.ts';
import { LazyReading, lazyProfile, type ReadFields } from './lazy-profile.ts';
import type { LearnedTask } from './learned-task.ts';
import { contentStems } from './learned-words.ts';
import type { PatternSet } from './pattern-set.ts';
import { profileKey } from './profile-key.ts';
import { holdTexts, type HeldConversation } from './held-text.ts';
import { scanText, WordColumns } from './scanned-text.ts';
import { difficultyConfidence, taskDifficulty } from './task-difficulty.ts';
import { denseTextFeatures, sparseTextFeatures } from './text-features.ts';
import { estimateTokens } from './token-estimate.ts';
import { countWindow } from './window-counts.ts';
import { wordingFigures } from './wording-figures.ts';

/** What the application's instructions count beside the user's words. Source: `assumption`. */
const systemShare = 0.5;

/** A learned addition to the difficulty below this is not told as evidence, and not added. */
const leastShown = 0.05;

/** So many numbers and signs of notation make a text that may be mathematics. */
const leastFigures = 2;

/** Says what kind of work a conversation asks for. Create one with `createTaskAnalyzer`. */
export class TaskAnalyzer {
  readonly #patterns: PatternSet;
  readonly #learned: LearnedTask;
  readonly #taskWords = new WordColumns();
  readonly #systemWords = new WordColumns();
  readonly #cache: LRUCache<string, TaskProfile> | null;

  constructor(patterns: PatternSet, learned: LearnedTask, cacheSize: number) {
    this.#patterns = patterns;
    this.#learned = learned;
    this.#cache = cacheSize > 0 ? new LRUCache({ max: cacheSize }) : null;
  }

  /**
   * What kind of task it is, how hard, and what it needs from a model. Pure: equal requests give equal profiles. `needs` and
   * `inputTokens` are ready; the rest is worked out when any of it is first read. The time is bounded: a megabyte of
   * anything takes some 20 ms.
   */
  analyze(request: AnalysisInput): TaskProfile {
    if (this.#cache === null) return this.#profile(request);
    const key = profileKey(request);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const profile = this.#profile(request);
    this.#cache.set(key, profile);
    return profile;
  }

  /** Forgets every profile kept. */
  resetCache(): void {
    this.#cache?.clear();
  }

  /** What a model must be able to do is known at once; the text is read when something of it is asked for. */
  #profile(request: AnalysisInput): TaskProfile {
    const view = viewConversation(request);
    const taskTokens = estimateTokens(view.task);
    const { maxOutputTokens } = request;
    const held = holdTexts(view);
    let features: (() => TextFeatures) | undefined;
    const reading = new LazyReading(() => {
      const { fields, textFeatures } = this.#read(held, taskTokens, maxOutputTokens);
      features = textFeatures;
      return fields;
    });
    const profile = lazyProfile(
      { vision: view.images > 0, files: view.files > 0, tools: view.toolCount > 0, json: view.json },
      estimateInputTokens(request, { text: view.task, tokens: taskTokens }),
      reading,
    );
    attachTextFeatures(profile, () => {
      void reading.fields;
      return (features as () => TextFeatures)();
    });
    return Object.freeze(profile);
  }

  #read(view: HeldConversation, taskTokens: number, maxOutputTokens: number | undefined): Read {
    const text = scanText(view.task, this.#taskWords);
    this.#patterns.correctSpelling(text, this.#learned.stems);
    const counts = countWindow(text);
    const stems = contentStems(text.words);
    const dense = denseTextFeatures(view, text, counts);
    const evidence = this.#patterns.evidence(view, text, counts);
    if (view.system.length > 0)
      evidence.push(...this.#patterns.phraseEvidence(scanText(view.system, this.#systemWords), systemShare));
    const worded = this.#learned.domain(stems);
    evidence.push(
      ...this.#learned.fieldEvidence(worded.domains, counts.numbers + counts.notationSigns >= leastFigures),
      ...this.#learned.kindEvidence(stems),
    );
    const kinds = kindShares(kindLogOdds(this.#patterns.prior, evidence), this.#learned.kindTemperature);
    const kind = likeliestKind(kinds);
    const { domain, domains } = fieldsWithKind(worded, kind, stems);
    const learnt = this.#learned.difficulty(dense, worded.domains);
    if (Math.abs(learnt) >= leastShown) evidence.push({ id: 'learned-difficulty', kind: 'difficulty', weight: learnt });
    evidence.sort(byImportance);
    const difficulty = taskDifficulty(kinds, evidence);
    // Every word counts here, single letters too: they tell the form of a question. The columns are used again: copied.
    const allStems = text.words.stems.slice(0, text.words.count);
    const wording = wordingFigures(text.words);
    return {
      fields: {
        kind,
        kinds: Object.freeze(kinds),
        domain,
        domains,
        difficulty,
        difficultyConfidence: difficultyConfidence(kinds[kind], domains[domain] ?? 0, stems.length),
        language: detectLanguage(text),
        expectedOutputTokens: expectedOutputTokens(kind, difficulty, taskTokens, maxOutputTokens),
        evidence: Object.freeze(evidence),
      },
      textFeatures: () => sparseTextFeatures(allStems, Float32Array.from([...dense, ...wording])),
    };
  }
}

/** What reading a text gives. */
interface Read {
  readonly fields: ReadFields;
  readonly textFeatures: () => TextFeatures;
}

function byImportance(a: TaskEvidence, b: TaskEvidence): number {
  return Math.abs(b.weight) - Math.abs(a.weight) || (a.id < b.id ? -1 : 1);
}
