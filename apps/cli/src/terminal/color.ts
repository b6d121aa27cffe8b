import { styleText } from 'node:util';

/** The few styles this program uses; each returns its text as it is where colour is off. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
}

/**
 * Whether to colour: `--no-color` and a `NO_COLOR` that is not empty (no-color.org) switch it off, `FORCE_COLOR` on
 * (but for `0` and `false`), else a terminal that is not dumb has it.
 */
export function usesColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  isAllowed: boolean,
): boolean {
  if (!isAllowed || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Styles that are on or off together. */
export function createPaint(isOn: boolean): Paint {
  const style = (format: keyof Paint) => (text: string) =>
    isOn && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return { bold: style('bold'), dim: style('dim'), red: style('red'), yellow: style('yellow'), green: style('green') };
}
