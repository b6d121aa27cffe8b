import type { ConversationFacts, ConversationView } from './conversation-view.ts';
import { withoutFrame } from './request-frame.ts';
import { holdText, type HeldText } from './scanned-text.ts';

/** A conversation whose texts are cut to what the analysis looks at, so that it can wait to be read. */
export interface HeldConversation extends ConversationFacts {
  /** Without its polite frame. */
  readonly task: HeldText;
  readonly system: HeldText;
}

/** Cuts the texts of a conversation. */
export function holdTexts({ task, system, ...facts }: ConversationView): HeldConversation {
  return { ...facts, task: holdText(withoutFrame(task)), system: holdText(system) };
}
