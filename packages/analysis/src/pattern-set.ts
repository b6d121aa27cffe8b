import type { TaskEvidence } from '@lattice-lock/contract';
import type { ConversationFacts } from './conversation-view.ts';
import type { KnownStems } from './known-stems.ts';
import type { PatternDefinition, PatternDocument, StructureWeight } from './pattern-definition.ts';
import { PhraseMatcher } from './phrase-matcher.ts';
import { neededSigns } from './regex-signs.ts';
import { requestShape } from './request-shape.ts';
import type { ScannedText } from './scanned-text.ts';
import type { WindowCounts } from './window-counts.ts';
import { structureFeatures, type StructureFeatureName } from './structure-features.ts';

/** Longest text shown of a match. */
const maxMatchChars = 60;

/** What a phrase counts far from either end of a long text, or in a text that is given. Source: `assumption`, checked on labelled prompts. */
const innerShare = 0.6;

/** Kinds that the matter itself shows: a puzzle is told by its clues. The others are told by what is asked. */
const kindsOfMatter: ReadonlySet<string> = new Set(['code', 'math', 'reasoning', 'difficulty']);

/** What a phrase counts whose words have counted for the same kind. Source: `assumption`, checked on labelled prompts. */
const repeatedShare = 0.5;

/** A pattern document compiled once: finds all evidence of a request in one walk over its words. */
export class PatternSet {
  readonly prior: PatternDocument['prior'];
  readonly #worded: readonly PatternDefinition[];
  readonly #phrases: PhraseMatcher;
  readonly #regexes: readonly PatternRegex[];
  readonly #structure: readonly StructureWeight[];

  constructor(document: PatternDocument) {
    this.prior = document.prior;
    this.#worded = document.patterns.filter((pattern) => pattern.phrases.length > 0);
    this.#phrases = new PhraseMatcher(this.#worded);
    this.#regexes = document.patterns.flatMap((pattern) =>
      pattern.regex === null ? [] : [compileRegex(pattern, pattern.regex)],
    );
    this.#structure = document.structure;
  }

  /** Puts slips in the words of the phrases right, in the columns of a short text; see `PhraseSpelling`. */
  correctSpelling(text: ScannedText, stems: KnownStems): void {
    this.#phrases.spelling.correct(text, stems);
  }

  /**
   * What phrases alone say about a text, each weight times `share`. Of phrases for the same kind that hold the same words
   * the weightier counts in full: the others say hardly more.
   */
  phraseEvidence(text: ScannedText, share = 1): TaskEvidence[] {
    const hits: WeightedHit[] = [];
    for (const { pattern: index, start, end, inner, given } of this.#phrases.match(text)) {
      const pattern = this.#worded[index];
      if (pattern === undefined) continue;
      const isAside = inner || (given && !kindsOfMatter.has(pattern.kind));
      hits.push({ pattern, start, end, share: isAside ? share * innerShare : share });
    }
    return hits.map((hit, position) => {
      const shown = text.instructions.slice(hit.start, Math.min(hit.end, hit.start + maxMatchChars));
      const counted = repeats(hits, position) ? hit.share * repeatedShare : hit.share;
      return evidenceOf(hit.pattern, counted, shown);
    });
  }

  /** What phrases, regexes and structure say about a request. */
  evidence(view: ConversationFacts, text: ScannedText, counts: WindowCounts): TaskEvidence[] {
    // The shape first: it marks the words of a given text, in which phrases count less.
    const shape = requestShape(text, counts.choices);
    const found = this.phraseEvidence(text);
    for (const { pattern, regex, atStart, signs } of this.#regexes) {
      if (signs !== 0 && (counts.signs & signs) === 0) continue;
      const match = counts.lines === 1 && atStart !== null ? firstMatch(atStart, text.window) : regex.exec(text.window);
      if (match !== null) found.push(evidenceOf(pattern, 1, match[0].trim().slice(0, maxMatchChars)));
    }
    const features = structureFeatures(view, text, counts, shape);
    for (const structure of this.#structure) {
      const shown = features.get(structure.id as StructureFeatureName);
      if (shown !== undefined) found.push(evidenceOf(structure, 1, shown));
    }
    return found;
  }
}

interface PatternRegex {
  readonly pattern: PatternDefinition;
  readonly regex: RegExp;
  /** Tries the beginning of the text alone; for a regex that asks for the beginning of a line, and a text of one. */
  readonly atStart: RegExp | null;
  /** {@link neededSigns} */
  readonly signs: number;
}

const lineStart = '(?:^|\\n)';

function compileRegex(pattern: PatternDefinition, { source, flags }: { source: string; flags: string }): PatternRegex {
  const atStart = source.startsWith(lineStart) && !hasAlternatives(source) ? new RegExp(source, `${flags}y`) : null;
  return { pattern, regex: new RegExp(source, flags), atStart, signs: neededSigns(source) };
}

/** Whether a regex is several, one of which may match elsewhere. */
function hasAlternatives(source: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let index = 0; index < source.length; index += 1) {
    const sign = source[index];
    if (sign === '\\') index += 1;
    else if (inClass) inClass = sign !== ']';
    else if (sign === '[') inClass = true;
    else if (sign === '(') depth += 1;
    else if (sign === ')') depth -= 1;
    else if (sign === '|' && depth === 0) return true;
  }
  return false;
}

function firstMatch(sticky: RegExp, text: string): RegExpExecArray | null {
  sticky.lastIndex = 0;
  return sticky.exec(text);
}

interface WeightedHit {
  readonly pattern: PatternDefinition;
  readonly start: number;
  readonly end: number;
  readonly share: number;
}

/** Whether a weightier hit for the same kind, or one as weighty that was found before, holds some of the same words. */
function repeats(hits: readonly WeightedHit[], position: number): boolean {
  const hit = hits[position] as WeightedHit;
  const worth = Math.abs(hit.pattern.weight * hit.share);
  for (let index = 0; index < hits.length; index += 1) {
    const other = hits[index] as WeightedHit;
    if (index === position || other.start >= hit.end || hit.start >= other.end) continue;
    if (other.pattern.kind !== hit.pattern.kind) continue;
    const otherWorth = Math.abs(other.pattern.weight * other.share);
    if (otherWorth > worth || (otherWorth === worth && index < position)) return true;
  }
  return false;
}

function evidenceOf(source: StructureWeight, share: number, match: string): TaskEvidence {
  return {
    id: source.id,
    kind: source.kind,
    weight: source.weight * share,
    match: match.includes('\n') ? match.replace(/\s+/g, ' ') : match,
  };
}
