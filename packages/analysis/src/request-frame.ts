import { afterAnswerForm, beforeAnswerForm } from './answer-form.ts';
import { hashUnits } from './word-hash.ts';

/** Words that politeness is made of. A sentence of nothing else, at either end of a request, says nothing about the task. */
const frameWords =
  'a advance afternoon ai all am and answer answers any appreciate appreciated are as asap assist assistance assistant at ' +
  'be below best bit bot can chatgpt cheers could d day dear do doing everyone evening favor favour fine following for ' +
  'friend get give good great greetings guys have hello help here hey hi hope how i if in into is it just kind kindly know ' +
  'let like ll lot lots m make many may me mind morning much my need now of on one out please possible provide question ' +
  'questions quick quickly re regards reply request respond s so some something sorry sure take task tell thank thankful ' +
  'thanks thankyou that thats the there this time to today trouble u up ve very want well will with would you your yours ' +
  'bitte danke dank dir ihnen vielen hallo guten tag hilf helfen kannst konnen koennen können sie du mir merci bonjour ' +
  "beaucoup salut plait plaît s'il il vous te aidez aide moi gracias hola favor ayudame ayúdame por muchas grazie ciao " +
  'favore obrigado obrigada olá ola пожалуйста спасибо привет здравствуйте помоги помогите мне';

const frameHashes = new Set(frameWords.split(' ').map((word) => hashUnits(word)));

/** Bounds of a frame: longer sentences, and more of them, are part of the task. */
const bounds = Object.freeze({ chars: 120, sentences: 6 });

/**
 * A request without its polite frame ("Hello! Could you help me with this? ... Thank you!") and without sentences at either
 * end that only say in what form the answer is wanted. The text itself is returned when nothing else would be left.
 */
export function withoutFrame(text: string): string {
  let start = 0;
  let end = text.length;
  for (let count = 0; count < bounds.sentences; count += 1) {
    const polite = afterFrame(text, start);
    const next = polite === start ? afterAnswerForm(text, start) : polite;
    if (next === start) break;
    start = next;
  }
  for (let count = 0; count < bounds.sentences; count += 1) {
    const polite = beforeFrame(text, start, end);
    const next = polite === end ? beforeAnswerForm(text, start, end) : polite;
    if (next === end) break;
    end = next;
  }
  return start === 0 && end === text.length ? text : keepSome(text, start, end);
}

function keepSome(text: string, start: number, end: number): string {
  const rest = text.slice(start, end).trim();
  return rest === '' ? text : rest;
}

/** A colon after one word makes a label of it ("Question:"), which is no politeness. */
const colon = 58;

/** Where the sentence that begins at `from` ends, when it is a frame; else `from`. */
function afterFrame(text: string, from: number): number {
  let words = 0;
  let start = -1;
  for (let index = from; index < Math.min(text.length, from + bounds.chars); index += 1) {
    const code = text.charCodeAt(index);
    if (isLetter(code)) {
      if (start === -1) start = index;
      continue;
    }
    if (start !== -1) {
      if (!isFrameWord(text, start, index)) return from;
      words += 1;
      start = -1;
    }
    if (endsSentence(code) && words > 0) return code === colon && words === 1 ? from : index + 1;
    if (!endsSentence(code) && !mayStandInFrame(code)) return from;
  }
  return from;
}

/**
 * Where the last sentence before `to` begins, when it is a frame; else `to`. Thanks need no full stop before them: "the list
 * of names thank you very much".
 */
function beforeFrame(text: string, from: number, to: number): number {
  let words = 0;
  let end = -1;
  let thanks = to;
  for (let index = to - 1; index >= Math.max(from, to - bounds.chars); index -= 1) {
    const code = text.charCodeAt(index);
    if (isLetter(code)) {
      if (end === -1) end = index + 1;
      continue;
    }
    if (end !== -1) {
      if (!isFrameWord(text, index + 1, end)) return thanks;
      if (isThanks(text, index + 1, end)) thanks = index + 1;
      words += 1;
      end = -1;
    }
    if (endsSentence(code) && words > 0) return asksItself(text, index + 1, to) ? thanks : index + 1;
    if (!endsSentence(code) && !mayStandInFrame(code)) return thanks;
  }
  return thanks;
}

/** A label, or a question of its own ("How is that possible?"), is no politeness. */
function asksItself(text: string, start: number, to: number): boolean {
  const last = text.charCodeAt(to - 1);
  return (
    last === colon ||
    (last === questionMark && /^\s*(?:how|what|why|which|who|where|when)\b/i.test(text.slice(start, to)))
  );
}

const questionMark = 63;

const thanksHashes = new Set(
  'thank thanks thankyou danke merci gracias grazie obrigado obrigada спасибо cheers'
    .split(' ')
    .map((word) => hashUnits(word)),
);

function isThanks(text: string, start: number, end: number): boolean {
  return thanksHashes.has(hashUnits(text.slice(start, end).toLowerCase()));
}

function isFrameWord(text: string, start: number, end: number): boolean {
  return frameHashes.has(hashUnits(text.slice(start, end).toLowerCase()));
}

function isLetter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code <= 0x24f) || isCyrillic(code)
  );
}

function isCyrillic(code: number): boolean {
  return code >= 0x400 && code <= 0x52f;
}

/** `.`, `!`, `?`, `:`, `,` and the end of a line. */
function endsSentence(code: number): boolean {
  return code === 46 || code === 33 || code === 63 || code === 58 || code === 44 || code === 10;
}

/** Blanks, apostrophes, dashes and brackets of smileys. */
function mayStandInFrame(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 39 || code === 0x2019 || code === 45 || code === 0x2013;
}
