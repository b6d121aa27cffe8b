import { viewConversation, type AnalysisInput } from '../conversation-view.ts';
import { withoutFrame } from '../request-frame.ts';

/** What of a text is compared with the examples, in UTF-16 units: instructions stand at either end of a long text. */
const zoneLimits = Object.freeze({ whole: 480, part: 240 });

/** The text of a request that routes look at: the last user message, with the one before it when it only goes on. */
export function requestText(request: AnalysisInput): string {
  return viewConversation(request).task;
}

/**
 * Cuts a text into the zones that are compared with the examples, each by itself, without the polite frame: the whole where
 * it is short, else its beginning and its end. So what a comparison costs is bounded whatever the length.
 */
export function requestZones(text: string): readonly string[] {
  const body = withoutFrame(text).trim();
  return body.length <= zoneLimits.whole ? [body] : [beginning(body), ending(body)];
}

function beginning(text: string): string {
  const cut = text.slice(0, zoneLimits.part);
  const blank = cut.lastIndexOf(' ');
  return blank > zoneLimits.part / 2 ? cut.slice(0, blank) : cut;
}

function ending(text: string): string {
  const cut = text.slice(-zoneLimits.part);
  const blank = cut.indexOf(' ');
  return blank !== -1 && blank < zoneLimits.part / 2 ? cut.slice(blank + 1) : cut;
}

const beyondAscii = /[^\u0000-\u007f]/;
const accents = /[\u0300-\u036f]/g;

/** A text as it is compared: lower case, full-width signs as usual ones, letters of Latin without their accents. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  if (!beyondAscii.test(lower)) return lower;
  return lower.normalize('NFKD').replace(accents, '').normalize('NFC');
}
