import type { TaskEvidence, TaskProfile } from '@lattice-lock/contract';
import { LRUCache } from 'lru-cache';
import { viewConversation, type AnalysisInput } from './conversation-view.ts';
import { expectedOutputTokens } from './expected-output.ts';
import { estimateInputTokens } from './input-tokens.ts';
import { kindShares, likeliestKind } from './kind-shares.ts';
import { detectLanguage } from './language-detection.ts';
import type { PatternSet } from './pattern-set.ts';
import { profileKey } from './profile-key.ts';
import { scanText } from './scanned-text.ts';
import { taskDifficulty } from './task-difficulty.ts';
import { estimateTokens } from './token-estimate.ts';

/** What the application's instructions count beside the user's words. Source: `assumption`. */
const systemShare = 0.5;

/** Says what kind of work a conversation asks for. Create one with `createTaskAnalyzer`. */
export class TaskAnalyzer {
  readonly #patterns: PatternSet;
  readonly #cache: LRUCache<string, TaskProfile> | null;

  constructor(patterns: PatternSet, cacheSize: number) {
    this.#patterns = patterns;
    this.#cache = cacheSize > 0 ? new LRUCache({ max: cacheSize }) : null;
  }

  /**
   * What kind of task it is, how hard, and what it needs from a model. Pure: equal requests give equal profiles. The time
   * is bounded: a megabyte of anything takes some 20 ms.
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

  #profile(request: AnalysisInput): TaskProfile {
    const view = viewConversation(request);
    const text = scanText(view.task);
    const evidence = this.#patterns.evidence(view, text);
    if (view.system !== '') evidence.push(...this.#patterns.phraseEvidence(scanText(view.system), systemShare));
    evidence.sort(byImportance);

    const kinds = kindShares(this.#patterns.prior, evidence);
    const kind = likeliestKind(kinds);
    const difficulty = taskDifficulty(kinds, evidence);
    const taskTokens = estimateTokens(view.task);
    return Object.freeze({
      kind,
      kinds: Object.freeze(kinds),
      domain: 'general',
      domains: Object.freeze({ general: 1 }),
      difficulty,
      difficultyConfidence: 0,
      needs: Object.freeze({
        vision: view.images > 0,
        files: view.files > 0,
        tools: view.toolCount > 0,
        json: view.json,
        language: detectLanguage(text),
      }),
      inputTokens: estimateInputTokens(request),
      expectedOutputTokens: expectedOutputTokens(kind, difficulty, taskTokens, request.maxOutputTokens),
      evidence: Object.freeze(evidence),
    });
  }
}

function byImportance(a: TaskEvidence, b: TaskEvidence): number {
  return Math.abs(b.weight) - Math.abs(a.weight) || (a.id < b.id ? -1 : 1);
}
