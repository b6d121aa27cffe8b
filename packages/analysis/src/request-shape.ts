import { markMatter } from './given-text.ts';
import { countAlternatives } from './named-alternatives.ts';
import { offeredChoices, type OfferedChoices } from './offered-choices.ts';
import type { ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';

/** How a question is put. `closed`: yes, no or one of what it names; `quantity`: how many. */
export type QuestionForm = 'none' | 'open' | 'closed' | 'quantity';

/** How a request is put together: what is asked, and whether it is asked of a text that is given with it. */
export interface RequestShape {
  /** Words of a text that is given: quoted, behind a label, or in paragraphs of its own. */
  readonly givenWords: number;
  /** A text is spoken of as given: "the following article", "this email". */
  readonly namesText: boolean;
  /** Words outside the sentence that speaks of it. */
  readonly besideNamed: number;
  /** Of what is asked outside the given text; the last question counts. */
  readonly question: QuestionForm;
  /** A clause begins with a verb of looking something up: "list", "find", "which". */
  readonly looksUp: boolean;
  /** Things of which one is to be chosen: "spam or ham", "HR, IT, Legal or Facilities". */
  readonly alternatives: number;
  /** It ends in a list of single things behind a colon. */
  readonly listsItems: boolean;
  /** The share of the last question's own words that stand outside it. */
  readonly askedOfFacts: number;
  /** The facts stand before the question, not behind it. */
  readonly factsFirst: boolean;
  /** How long the answer may be is said: "in two sentences", "at most 50 words". */
  readonly boundsLength: boolean;
  /** The words of the last question outside the given text. */
  readonly asked: WordRange | null;
  /** Answers to choose from. */
  readonly choices: OfferedChoices;
  /** Words that bind: "must", "only", "except", "at least". */
  readonly conditions: number;
  /** Words of statements before the last question, when it asks about others than the one who asks; else 0. */
  readonly situationWords: number;
}

const setOf = (words: string): ReadonlySet<number> => new Set(words.split(' ').map((word) => hashUnits(word)));

const openers = setOf(
  'who whom whose what which where when why how wer was welche welcher welches wo wann warum wie qui que quoi quel quelle ' +
    'quels quelles où quand pourquoi comment quién quiénes qué cuál cuáles dónde cuándo cómo chi cosa quale quali dove come ' +
    'quem qual quais onde como кто что какой какая какие где когда почему как чей',
);
const closers = setOf(
  'is are was were does do did has have had can could should would will ist sind war hat est sont es son è был была является',
);
const lookUpVerbs = setOf(
  'list find identify extract pull copy parse quote tag fill collect locate retrieve name nenne nennen liste finde suche entnimm ' +
    'listez trouve trouvez relève indique lista encuentra saca indica elenca trova encontre cite назови найди выпиши перечисли укажи',
);
const quantityOpeners = setOf(
  'many much viele viel combien cuántos cuántas cuánto quanti quante quanto quantos сколько',
);
const conditionWords = setOf(
  'must cannot only unless except exactly neither nor always never every both either least until darf muss nur niemals immer ' +
    'doit seulement jamais toujours debe solo nunca siempre deve должен только никогда всегда',
);
/** Point at a text from up to {@link pointerReach} words away; articles only from beside it. */
const pointers = setOf(
  'this these following below above given diese dieser dieses diesen folgenden folgende ce cet cette ces suivant suivante este esta ' +
    'estos siguiente questo questa seguente seguinte этот эту этом следующий',
);
const articles = setOf('the der die das dem den le la les el los il lo o os as');
/** Name a text even behind a bare article. */
const plainTextNouns = setOf(
  'text passage article paragraph document excerpt context story table texte extrait texto pasaje testo brano abschnitt artikel absatz текст тексте текста отрывок',
);
const textNouns = setOf(
  'text texts passage passages article articles paragraph paragraphs document documents excerpt context story stories table review reviews ' +
    'sentence sentences statement statements comment comments tweet tweets message messages email emails e-mail mail letter post headline clause provision ' +
    'contract transcript dialogue dialog conversation chat thread note notes report abstract section chapter speech interview description ' +
    'resume cv invoice receipt order ticket tickets log snippet quote paper lecture reference ad advert posting agreement form data dataset information list recipe menu schedule clause cv changelog leaflet memo minutes news speech abstract texte extrait phrase phrases avis courriel lettre ' +
    'texto pasaje frase frases comentario correo testo brano recensione satz sätze artikel bewertung absatz abschnitt nachricht bericht berichts mensaje message bericht tekst текст тексте текста отрывок отзыв письмо предложение',
);
const functionWords = setOf(
  'the a an of and or to in on at by for with from is are was were be been being do does did has have had can could should would ' +
    'will may might must it its he she they them his her their this that these those there then than what which who whom whose where when why ' +
    'how many much not no yes if so as but into out up down over about after before am i you we me my your our us one two',
);

/**
 * Reads the shape of a request from its scanned words, and marks those of the given text in `words.matter`.
 *
 * @param letters How many answers are offered by letter; see `countWindow`.
 */
export function requestShape(text: ScannedText, letters: number): RequestShape {
  const givenWords = markMatter(text);
  const { count, hashes, matter } = text.words;
  let question: QuestionForm = 'none';
  let named = -1;
  let looksUp = false;
  let conditions = 0;
  for (let index = 0; index < count; index += 1) {
    if (matter[index] === 1) continue;
    const hash = hashes[index] ?? 0;
    if (textNouns.has(hash) && isPointedAt(text, index)) named = index;
    if (conditionWords.has(hash)) conditions += 1;
    if (!startsClause(text, index)) continue;
    if (lookUpVerbs.has(hash)) looksUp = true;
    if (openers.has(hash)) question = quantityOpeners.has(hashes[index + 1] ?? 0) ? 'quantity' : 'open';
    else if (quantityOpeners.has(hash)) question = 'quantity';
    else if (question === 'none' && closers.has(hash)) question = 'closed';
  }
  const asked = lastQuestion(text);
  const choices = offeredChoices(text.instructions, letters, question === 'open' || question === 'quantity');
  return {
    choices,
    conditions,
    situationWords: asked === null || asksOfSelf(text, asked) ? 0 : asked.start,
    givenWords: Math.max(givenWords, choices.count > 0 || question === 'closed' ? 0 : wordsAfterQuestion(text, asked)),
    namesText: named >= 0,
    besideNamed: named < 0 ? 0 : count - sentenceLength(text, named),
    question: asked === null && question === 'closed' ? 'none' : question,
    looksUp,
    alternatives: countAlternatives(text),
    listsItems: text.instructions.includes(':') && itemList.test(text.instructions),
    askedOfFacts: asked === null ? 0 : shareSeen(text, asked),
    boundsLength: namesLength(text),
    factsFirst: asked !== null && asked.start >= facts.words,
    asked,
  };
}

/** Fewest words of a given text, and beside the sentence that speaks of one. */
const fewest = Object.freeze({ given: 6, besideNamed: 5 });

/** A text is given, or spoken of as given where there is room for one. */
export function isGiven({ givenWords, namesText, besideNamed }: RequestShape): boolean {
  return givenWords >= fewest.given || (namesText && Math.max(givenWords, besideNamed) >= fewest.besideNamed);
}

function sentenceLength({ words }: ScannedText, index: number): number {
  let start = index;
  while (start > 0 && words.opensSentence[start] !== 1) start -= 1;
  let end = index + 1;
  while (end < words.count && words.opensSentence[end] !== 1) end += 1;
  return end - start;
}

/** "Tell me which ..." asks in the middle of a sentence. */
function asksTeller(before: number): boolean {
  return tellers.has(before);
}

const tellers = setOf('me mir moi dime');

/** Words that carry on a request, or tell of the one who asks, behind a question. */
const noText = setOf(
  'explain give please use answer show write list include provide describe compare choose pick select think reason justify consider ' +
    'assume note keep be make also and or but if i my we our me ich mein meine je mon ma yo mi я мой options hint',
);

/** How many words of a text follow the only question, which opens the request; 0 when they go on about it. */
function wordsAfterQuestion({ words }: ScannedText, asked: WordRange | null): number {
  if (asked === null || asked.start > 0 || words.count > maxTextAfterQuestion) return 0;
  for (let index = asked.end; index < words.count; index += 1) {
    const isFirst = index === asked.end || words.opensSentence[index] === 1;
    if (isFirst && noText.has(words.hashes[index] ?? 0)) return 0;
  }
  const rest = words.count - asked.end;
  return rest >= facts.words ? rest : 0;
}

const maxTextAfterQuestion = 200;

const lengthUnits = setOf(
  'word words sentence sentences line lines bullets point points paragraph paragraphs tweet satz sätze sätzen wörter wörtern ' +
    'zeilen phrase phrases mots lignes frase frases palabras líneas parole righe palavras linhas zinnen woorden слов предложениях предложения строках',
);
const lengthCounts = setOf(
  'one a single two three four five ten twenty thirty fifty hundred few several max most ein einem zwei drei wenigen une un deux trois quelques ' +
    'una dos tres pocas pocos due tre poche um uma dois três een twee drie одном двух трёх трех нескольких',
);

/** "Read the two sentences" speaks of sentences that there are. */
const pointing = setOf('the these both following first last all');

function namesLength({ instructions, words }: ScannedText): boolean {
  for (let index = 1; index < words.count; index += 1) {
    if (words.matter[index] === 1 || !lengthUnits.has(words.hashes[index] ?? 0)) continue;
    if (pointing.has(words.hashes[index - 2] ?? 0)) continue;
    const first = instructions.charCodeAt(words.starts[index - 1] ?? 0);
    if ((first >= 48 && first <= 57) || lengthCounts.has(words.hashes[index - 1] ?? 0)) return true;
  }
  return false;
}

/** At most two words may stand between a pointer and what it points at: "the following short article". */
const pointerReach = 3;

function isPointedAt({ words }: ScannedText, index: number): boolean {
  for (let back = 1; back <= pointerReach && index - back >= 0; back += 1) {
    const hash = words.hashes[index - back] ?? 0;
    if (pointers.has(hash) || (back === 1 && articles.has(hash) && plainTextNouns.has(words.hashes[index] ?? 0)))
      return true;
    if (words.opensSentence[index - back + 1] === 1) return false;
  }
  return false;
}

/** A word at the beginning of a sentence, of a line, or behind a comma or a colon. */
function startsClause({ units, words }: ScannedText, index: number): boolean {
  if (units[words.ends[index] ?? 0] === signs.colon) return false;
  if (words.opensSentence[index] === 1) return true;
  for (let at = (words.starts[index] ?? 0) - 1; at >= 0; at -= 1) {
    const sign = units[at];
    if (sign === signs.comma || sign === signs.lineBreak || sign === signs.colon || sign === signs.turnedQuestion)
      return true;
    if (sign !== signs.blank && sign !== signs.quote && sign !== signs.bracket)
      return asksTeller(words.hashes[index - 1] ?? 0);
  }
  return true;
}

const signs = Object.freeze({
  lineBreak: 10,
  blank: 32,
  quote: 34,
  bracket: 40,
  comma: 44,
  colon: 58,
  question: 63,
  turnedQuestion: 0xbf,
  arabicQuestion: 0x61f,
  wideQuestion: 0xff1f,
});

/** Words by index, `end` not among them. */
export interface WordRange {
  readonly start: number;
  readonly end: number;
}

/** The last sentence that ends in a question mark, outside the given text where one stands there. */
function lastQuestion({ instructions, units, words }: ScannedText): WordRange | null {
  let found: WordRange | null = null;
  let start = 0;
  for (let index = 1; index <= words.count; index += 1) {
    if (index < words.count && words.opensSentence[index] !== 1) continue;
    const from = words.ends[index - 1] ?? 0;
    const to = index < words.count ? (words.starts[index] ?? from) : Math.min(from + 4, instructions.length);
    if (words.matter[index - 1] !== 1 && hasQuestionMark(units, from, to)) found = { start, end: index };
    start = index;
  }
  return found;
}

function hasQuestionMark(units: Uint16Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const sign = units[at];
    if (sign === signs.question || sign === signs.wideQuestion || sign === signs.arabicQuestion) return true;
  }
  return false;
}

/** Whoever asks for themselves wants to be told something; who asks of others has told what it is to be inferred from. */
const selfWords = setOf(
  'i my me we our us ich mein meine wir je mon ma mes yo mi mis eu meu minha io mio mia я мой у меня мне',
);

/** "Who is this writer?" and "which of these" ask to name, or to choose. */
const namingWords = setOf('this these name named called identify');

function asksOfSelf({ words }: ScannedText, { start, end }: WordRange): boolean {
  for (let index = start; index < end; index += 1) {
    const hash = words.hashes[index] ?? 0;
    if (selfWords.has(hash) || namingWords.has(hash)) return true;
  }
  return false;
}

/** Fewest words of facts beside a question; a word is known again by its beginning, whatever its ending. */
const facts = Object.freeze({ words: 8, mostWords: 80, beginning: 4, shortest: 2 });

/** The share of a question's own words that stand outside it. */
function shareSeen(text: ScannedText, { start, end }: WordRange): number {
  const { words } = text;
  if (words.count - (end - start) < facts.words || words.count > facts.mostWords) return 0;
  const outside = new Set<number>();
  for (let index = 0; index < words.count; index += 1) {
    if (index < start || index >= end) outside.add(beginningOf(text, index));
  }
  let own = 0;
  let seen = 0;
  for (let index = start; index < end; index += 1) {
    const length = (words.ends[index] ?? 0) - (words.starts[index] ?? 0);
    if (length < facts.shortest || functionWords.has(words.hashes[index] ?? 0)) continue;
    own += 1;
    if (outside.has(beginningOf(text, index))) seen += 1;
  }
  return own === 0 ? 0 : seen / own;
}

function beginningOf({ instructions, words }: ScannedText, index: number): number {
  const start = words.starts[index] ?? 0;
  return hashUnits(instructions, start, Math.min(words.ends[index] ?? 0, start + facts.beginning));
}

const itemList =
  /[:\uff1a]\s{0,2}(?:[\p{L}-]{2,20}(?: [\p{L}-]{2,20})?, ){2,12}(?:and )?[\p{L}-]{2,20}(?: [\p{L}-]{2,20})?[.?]?$/u;
