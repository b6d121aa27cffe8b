import { viewConversation, type ConversationFacts } from '../conversation-view.ts';
import { holdTexts } from '../held-text.ts';
import { contentStems } from '../learned-words.ts';
import { scanText, type ScannedText } from '../scanned-text.ts';
import { denseTextFeatures } from '../text-features.ts';
import { countWindow, type WindowCounts } from '../window-counts.ts';

/** A row to learn from, as the files of outcomes and labels hold them. Whatever a row lacks is not learnt from it. */
export interface TaskTrainingRow {
  readonly prompt: string;
  /** The task kind, when somebody labelled it: one of `taskKinds`; other words are left out. */
  readonly label?: string;
  /** Where the labelled prompt comes from. Sources weigh the same, whatever their size. */
  readonly source?: string;
  /** The names of the tools offered. */
  readonly tools?: readonly string[];
  /** The data set of a row with outcomes. */
  readonly dataset?: string;
  /** The category within its data set; those that `data/domain-categories.json` lists teach the domain. */
  readonly category?: string;
  /** Scores 0 to 1 by model; their mean says how hard the prompt is. */
  readonly outcomes?: Readonly<Record<string, { readonly score: number }>>;
}

/** A row with all that is read of its text, by the very code that reads requests. */
export interface TrainingText {
  readonly row: TaskTrainingRow;
  readonly view: ConversationFacts;
  readonly text: ScannedText;
  readonly counts: WindowCounts;
  readonly stems: Int32Array;
  readonly dense: Float32Array;
}

/** Reads the text of a row. */
export function readTrainingText(row: TaskTrainingRow): TrainingText {
  const tools = (row.tools ?? []).map((name) => ({ name: String(name), parameters: { type: 'object' } }));
  const view = holdTexts(viewConversation({ messages: [{ role: 'user', content: row.prompt }], tools }));
  const text = scanText(view.task);
  const counts = countWindow(text);
  return { row, view, text, counts, stems: contentStems(text.words), dense: denseTextFeatures(view, text, counts) };
}
