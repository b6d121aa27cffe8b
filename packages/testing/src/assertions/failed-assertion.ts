import { AssertionError } from 'node:assert';

/** So much of an answer is shown, in UTF-16 units; the middle is left out of longer ones. */
const excerptLength = 300;

/** The error of an answer that is not as expected: what was expected, what it is instead, and how it reads. */
export function failedAssertion(expected: string, found: string, text: string): AssertionError {
  const message = `Expected an answer ${expected}; ${found}.\nThe answer: ${excerpt(text)}`;
  return new AssertionError({ message, actual: text, expected });
}

function excerpt(text: string): string {
  if (text === '') return '(empty)';
  const half = excerptLength / 2;
  return text.length <= excerptLength ? text : `${text.slice(0, half)} […] ${text.slice(-half)}`;
}
