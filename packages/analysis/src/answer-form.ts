/** No sentence about the form of an answer is longer, in characters. */
const longest = 220;

const politely =
  "(?:(?:please|just|only|then|and|finally|now|also|make sure to|be sure to|you (?:must|should|may|can)|think (?:carefully|step by step)|let'?s think step by step)[, ]{1,3}){0,4}";

/** How a sentence about the answer begins. */
const opening = new RegExp(
  `^${politely}(?:(?:your|the|a) (?:final |correct )?(?:answer|response)|final answer|answer|respond|reply|return|output|give|put|provide|write|wrap|enclose|place|box|end|finish|conclude|choose|select|pick|state|print|format|show)\\b`,
  'i',
);

/** What makes it one about the form: letters or numbers of options, a box, a mark, a tag. */
const form =
  /\\?boxed\b|box your|####|<\/?[a-z]{2,10}>|\b(?:only|just|single|one|correct|right|capital|option|corresponding|final) letter\b|\bletters? (?:only|of the|choice|corresponding|and nothing)|\bthe (?:correct|right|best|most \w{2,12}) (?:option|choice|answer)\b|\b(?:option|choice|answer)(?:'s)? (?:letter|number)\b|\bnumber of the (?:option|choice|answer)\b|\ba ?[,/] ?b\b|\ba or b\b|\banswer is:? ?["\u201c]?\(?[a-z]\)?\W|\banswer: ?[<([]|\bjson\b.{0,60}"answer"|\b(?:final|only the) (?:number|result|answer|value)\b|answer only\b/i;

/** Sentences and labels that wrap any question, whatever it asks; and fields of a form that were left empty. */
const wrappers: readonly RegExp[] = [
  /^(?:please )?(?:let'?s |you (?:should|must) )?(?:think|reason|work|solve it|solve this)(?: it| this)?(?: through)?(?: carefully)?,? (?:step[- ]by[- ]step|carefully)\W{0,3}$/i,
  /^(?:please )?(?:keep|limit) (?:the|your|any) (?:explanation|answer|response|feedback|reasoning)/i,
  /^(?:please )?(?:do not|don't|no need to) (?:explain|give an explanation|show)/i,
  /^(?:please )?(?:briefly )?(?:explain|justify) (?:your|the) (?:answer|choice|decision)\b/i,
  /^(?:please )?(?:read|consider) (?:the|this|these) (?:following )?(?:multiple[- ]choice )?questions?\b/i,
  /^(?:please )?(?:reply|answer|respond|antworte|antworten sie|réponds|répondez|responde|rispondi|responda|отвечай|ответь)(?: only)? (?:in|auf|en|em|на) \p{L}{4,12}\W{0,3}$/iu,
  /^you are (?:a|an) (?:\w{2,14},? ){0,3}(?:assistant|ai|language model|chatbot)\b/i,
  /^you are an expert in (?:the|this|your|many|all|various) \w{2,12}\W{0,3}$/i,
  /^answer the user'?s (?:question|request)/i,
  /^(?:context|passage|background|input|hint|note|image)s?: ?(?:none|n\/a|null|empty|-|\[\])\W{0,2}$/i,
  /^(?:[#*]{1,4} ?)?(?:question|q|instructions?|task|prompt|user|human|request|query|problem|exercise)(?: ?\d{1,3})?[:.)]\W{0,4}$/i,
  /^(?:[#*]{1,4} ?)?(?:(?:final |your )?answer|a|response|assistant|output|solution|reply)[:.)]\W{0,4}$/i,
];

/** "Question: " before the request itself, on its line. */
const leadingLabel =
  /^(?:[#*]{1,4} ?)?(?:question|q|instruction|task|prompt|user|human|request|query)(?: ?\d{1,3})?:[*]{0,2} +(?=\S)/i;

/** Where the sentence that begins at `from` ends, when it only says in what form the answer is wanted; else `from`. */
export function afterAnswerForm(text: string, from: number): number {
  let start = from;
  while (isBlank(text.charCodeAt(start))) start += 1;
  const label = leadingLabel.exec(text.slice(start, start + 40));
  if (label !== null) return start + label[0].length;
  let end = start;
  while (end < text.length && !endsAt(text, end)) {
    end += 1;
    if (end - start > longest) return from;
  }
  return isAnswerForm(text.slice(start, end + 1).trim()) ? end + 1 : from;
}

/** Where the last sentence before `to` begins, when it only says in what form the answer is wanted; else `to`. */
export function beforeAnswerForm(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end -= 1;
  let start = end - 1;
  while (start > from && !endsAt(text, start - 1)) {
    start -= 1;
    if (end - start > longest) return to;
  }
  return isAnswerForm(text.slice(start, end).trim()) ? start : to;
}

function isAnswerForm(sentence: string): boolean {
  return (
    sentence.length > 0 &&
    (wrappers.some((one) => one.test(sentence)) || (opening.test(sentence) && form.test(sentence)))
  );
}

/** A sign that ends a sentence, with a blank or the end of the text behind it; or the end of a line. */
function endsAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 10) return true;
  if (code !== 46 && code !== 33 && code !== 63) return false;
  return at + 1 >= text.length || isBlank(text.charCodeAt(at + 1));
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}
