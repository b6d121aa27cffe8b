/** A change of a prompt that changes nothing of what is asked. */
export interface PromptChange {
  readonly name: string;
  readonly apply: (prompt: string, random: () => number) => string;
}

/** Changes after which a router should decide as before. */
export const promptChanges: readonly PromptChange[] = [
  { name: 'upper case', apply: (prompt) => prompt.toUpperCase() },
  { name: 'lower case', apply: (prompt) => prompt.toLowerCase() },
  { name: 'doubled white space', apply: (prompt) => prompt.replace(/[ \t\n]/g, '$&$&') },
  { name: 'two typing errors', apply: (prompt, random) => mistyped(mistyped(prompt, random), random) },
  {
    name: 'polite wrapper',
    apply: (prompt) => `Hello! Could you please help me with the following?\n\n${prompt}\n\nThank you very much!`,
  },
  { name: 'a heading', apply: (prompt) => `Answer the following question:\n${prompt}` },
];

/** Swaps, drops or doubles a letter inside a word of four letters or more; a prompt without such a word stays as it is. */
function mistyped(prompt: string, random: () => number): string {
  const words = [...prompt.matchAll(/\p{L}{4,}/gu)];
  const word = words[Math.floor(random() * words.length)];
  if (word === undefined) return prompt;
  const at = word.index + 1 + Math.floor(random() * (word[0].length - 2));
  const [here = '', next = ''] = [prompt[at], prompt[at + 1]];
  const slips = [next + here, next, here + here + next];
  return prompt.slice(0, at) + (slips[Math.floor(random() * slips.length)] ?? '') + prompt.slice(at + 2);
}
