import type { TaskEvidence } from '@lattice-lock/contract';
import type { ConversationFacts } from './conversation-view.ts';
import type { PatternDefinition, PatternDocument, StructureWeight } from './pattern-definition.ts';
import { PhraseMatcher } from './phrase-matcher.ts';
import type { ScannedText } from './scanned-text.ts';
import type { WindowCounts } from './window-counts.ts';
import { structureFeatures, type StructureFeatureName } from './structure-features.ts';

/** Longest text shown of a match. */
const maxMatchChars = 60;

/** What a phrase far from either end of a long text counts. Source: `assumption`, checked on labelled prompts. */
const innerShare = 0.4;

/** A pattern document compiled once: finds all evidence of a request in one walk over its words. */
export class PatternSet {
  readonly prior: PatternDocument['prior'];
  readonly #worded: readonly PatternDefinition[];
  readonly #phrases: PhraseMatcher;
  readonly #regexes: readonly { readonly pattern: PatternDefinition; readonly regex: RegExp }[];
  readonly #structure: readonly StructureWeight[];

  constructor(document: PatternDocument) {
    this.prior = document.prior;
    this.#worded = document.patterns.filter((pattern) => pattern.phrases.length > 0);
    this.#phrases = new PhraseMatcher(this.#worded.map((pattern) => pattern.phrases));
    this.#regexes = document.patterns.flatMap((pattern) =>
      pattern.regex === null ? [] : [{ pattern, regex: new RegExp(pattern.regex.source, pattern.regex.flags) }],
    );
    this.#structure = document.structure;
  }

  /** Puts slips in the words of the phrases right, in the columns of a short text; see `PhraseSpelling`. */
  correctSpelling(text: ScannedText, isWord: (stem: number) => boolean): void {
    this.#phrases.spelling.correct(text, isWord);
  }

  /** What phrases alone say about a text, each weight times `share`. */
  phraseEvidence(text: ScannedText, share = 1): TaskEvidence[] {
    const found: TaskEvidence[] = [];
    for (const { pattern: index, start, end, inner } of this.#phrases.match(text)) {
      const pattern = this.#worded[index];
      if (pattern === undefined) continue;
      const shown = text.instructions.slice(start, Math.min(end, start + maxMatchChars));
      found.push(evidenceOf(pattern, inner ? share * innerShare : share, shown));
    }
    return found;
  }

  /** What phrases, regexes and structure say about a request. */
  evidence(view: ConversationFacts, text: ScannedText, counts: WindowCounts): TaskEvidence[] {
    const found = this.phraseEvidence(text);
    for (const { pattern, regex } of this.#regexes) {
      const match = regex.exec(text.window);
      if (match !== null) found.push(evidenceOf(pattern, 1, match[0].trim().slice(0, maxMatchChars)));
    }
    const features = structureFeatures(view, text, counts);
    for (const structure of this.#structure) {
      const shown = features.get(structure.id as StructureFeatureName);
      if (shown !== undefined) found.push(evidenceOf(structure, 1, shown));
    }
    return found;
  }
}

function evidenceOf(source: StructureWeight, share: number, match: string): TaskEvidence {
  return {
    id: source.id,
    kind: source.kind,
    weight: source.weight * share,
    match: match.includes('\n') ? match.replace(/\s+/g, ' ') : match,
  };
}
