import type { RedactionSpans } from './redaction-spans.ts';
import { isMixed } from './secret-guards.ts';
import { isWordStart } from './text-positions.ts';
import shapeTable from './vendor-shapes.json' with { type: 'json' };

/** How a kind of key looks. The table is `vendor-shapes.json`. */
export interface VendorShape {
  readonly owner: string;
  /** Fixed texts by which it is found; one of them stands in every key. */
  readonly anchors: readonly string[];
  /** What stands before the anchor, when that is not the key's beginning. */
  readonly before?: { readonly alphabet: string; readonly min: number; readonly max: number };
  /** A pattern of what follows the anchor. */
  readonly after: string;
  /** What follows must mix letters with digits or cases, so that plain words are kept. */
  readonly mixed?: boolean;
  /** A text that may stand directly before the key although it ends in a letter. */
  readonly lead?: string;
  /** What stands before the anchor in keys that are public. */
  readonly public?: string;
}

interface CompiledShape {
  readonly shape: VendorShape;
  readonly after: RegExp;
  readonly alphabet: RegExp | null;
}

/** Every known shape. */
export const vendorShapes: readonly VendorShape[] = shapeTable;

const shapesByAnchor = new Map<string, CompiledShape>(
  vendorShapes.flatMap((shape) => {
    const compiled: CompiledShape = {
      shape,
      after: new RegExp(shape.after, 'y'),
      alphabet: shape.before === undefined ? null : new RegExp(`[${shape.before.alphabet}]`),
    };
    return shape.anchors.map((anchor) => [anchor, compiled] as const);
  }),
);

/** Longest first, so that `sk_live_` is tried before `sk_`. */
const anchors = [...shapesByAnchor.keys()].sort((left, right) => right.length - left.length);

/** For each anchor, itself and the shorter ones it begins with. */
const candidates = new Map(
  anchors.map((anchor) => [anchor, anchors.filter((other) => anchor.startsWith(other))] as const),
);

/** Finds any anchor. A choice of plain texts only, which V8 compiles to a tree. */
const anchorPattern = new RegExp(anchors.map((anchor) => anchor.replace(/[^A-Za-z0-9_]/g, '\\$&')).join('|'), 'g');

/** Marks keys that are known by their own shape. */
export function findVendorKeys(spans: RedactionSpans): void {
  const { text } = spans;
  anchorPattern.lastIndex = 0;
  for (let match = anchorPattern.exec(text); match !== null; match = anchorPattern.exec(text)) {
    const end = markKeyAt(spans, match.index, match[0]);
    anchorPattern.lastIndex = end ?? match.index + 1;
  }
}

function markKeyAt(spans: RedactionSpans, index: number, found: string): number | null {
  for (const anchor of candidates.get(found) ?? []) {
    const compiled = shapesByAnchor.get(anchor);
    if (compiled === undefined) continue;
    const start = keyStart(spans.text, index, compiled);
    if (start === null) continue;
    const end = keyEnd(spans.text, start, index + anchor.length, compiled);
    if (end === null) continue;
    spans.add(start, end);
    return end;
  }
  return null;
}

/** Where the key with this anchor begins: at the anchor, or as far before it as its alphabet reaches. */
function keyStart(text: string, index: number, { shape, alphabet }: CompiledShape): number | null {
  if (shape.before === undefined || alphabet === null) return isWordStart(text, index) ? index : null;
  const limit = Math.max(0, index - shape.before.max);
  let found: number | null = null;
  for (let start = index; start >= limit; start -= 1) {
    if (index - start >= shape.before.min && mayBegin(text, start, shape)) found = start;
    if (!alphabet.test(text.charAt(start - 1))) break;
  }
  return found !== null && text.slice(found, index) === shape.public ? null : found;
}

function mayBegin(text: string, start: number, shape: VendorShape): boolean {
  return isWordStart(text, start) || (shape.lead !== undefined && text.endsWith(shape.lead, start));
}

function keyEnd(text: string, start: number, bodyStart: number, { shape, after }: CompiledShape): number | null {
  after.lastIndex = bodyStart;
  if (!after.test(text)) return null;
  const end = after.lastIndex;
  if (shape.mixed === true && !isMixed(text.slice(shape.before === undefined ? bodyStart : start, end))) return null;
  return text.charCodeAt(end - 1) === 46 ? end - 1 : end;
}
