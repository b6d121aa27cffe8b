/** `JSON.parse` tells its reviver how a number was written (ECMAScript, "JSON.parse source text access"). */
interface ReviverContext {
  readonly source?: string;
}

/**
 * Parses JSON with every number as the text it was written in: `0.1` stays `"0.1"`, and a price loses no digit to
 * binary floating point.
 *
 * @throws SyntaxError where the text is no JSON
 */
export function parseExactJson(text: string): unknown {
  const keepDigits = (_key: string, value: unknown, context?: ReviverContext): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}
