import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CandidateExplanation } from '@lattice-lock/contract';

export type RankedCandidate = Extract<CandidateExplanation, { status: 'ranked' }>;

/** Candidates that a block is worth: the texts of fewer are cheaper where they are. */
const leastCandidates = 8;

/** Blocks that are searched for the candidates of a decision; the newest ones. */
const maxBlocks = 16;

/** What a ranked candidate says in every decision, whatever was asked. */
export interface LastingTexts {
  readonly provider: string;
  readonly model: string;
  /** Of its terms, in their order. */
  readonly names: readonly string[];
  readonly sources: readonly string[];
  /** Where its quality comes from; `null` without one. */
  readonly qualitySource: string | null;
}

/** What the ranked candidates of many decisions say alike, stored once. */
export interface RankedBlock {
  /** SHA-256 of its JSON. */
  readonly id: string;
  /** JSON compressed with Zstandard. */
  readonly body: Uint8Array;
  readonly texts: readonly LastingTexts[];
  /** The places of a model in {@link texts}: it may be there of several providers. */
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** True once it is known to be in the database. */
  isStored: boolean;
}

/** A block, and the place of each candidate in it. */
export interface PlacedCandidates {
  readonly block: RankedBlock;
  readonly places: readonly number[];
}

/** Finds blocks that hold what candidates say in every decision. */
export class RankedBlocks {
  readonly #blocks: RankedBlock[] = [];

  /** The block of these candidates; `null` where they are too few for one. */
  find(candidates: readonly RankedCandidate[]): PlacedCandidates | null {
    if (candidates.length < leastCandidates) return null;
    for (const block of this.#blocks) {
      const places = placesIn(block, candidates);
      if (places !== null) return { block, places };
    }
    const block = createBlock(candidates.map(lastingTexts));
    this.#blocks.unshift(block);
    this.#blocks.length = Math.min(this.#blocks.length, maxBlocks);
    return { block, places: candidates.map((_candidate, index) => index) };
  }
}

/** The texts of a stored block. */
export function textsOfBlock(body: Uint8Array): readonly LastingTexts[] {
  return JSON.parse(zstdDecompressSync(body).toString()) as readonly LastingTexts[];
}

function lastingTexts({ model: { provider, model }, terms, quality }: RankedCandidate): LastingTexts {
  return {
    provider,
    model,
    names: terms.map(({ name }) => name),
    sources: terms.map(({ source }) => source),
    qualitySource: quality?.source ?? null,
  };
}

function createBlock(texts: readonly LastingTexts[]): RankedBlock {
  const json = JSON.stringify(texts);
  const places = new Map<string, number[]>();
  for (const [place, { model }] of texts.entries()) places.set(model, [...(places.get(model) ?? []), place]);
  const id = createHash('sha256').update(json).digest('hex');
  return { id, body: zstdCompressSync(json), texts, places, isStored: false };
}

function placesIn({ texts, places }: RankedBlock, candidates: readonly RankedCandidate[]): readonly number[] | null {
  const found: number[] = [];
  for (const candidate of candidates) {
    const place = places.get(candidate.model.model)?.find((one) => says(candidate, texts[one]));
    if (place === undefined) return null;
    found.push(place);
  }
  return found;
}

function says({ model, terms, quality }: RankedCandidate, texts: LastingTexts | undefined): boolean {
  if (texts === undefined || texts.provider !== model.provider || texts.names.length !== terms.length) return false;
  if (texts.qualitySource !== (quality?.source ?? null)) return false;
  let index = 0;
  for (const { name, source } of terms) {
    if (texts.names[index] !== name || texts.sources[index] !== source) return false;
    index += 1;
  }
  return true;
}
