import { environmentVariables, type EnvironmentVariables } from '@lattice-lock/config';
import type { ProviderDefinition } from '@lattice-lock/contract';
import type { Finding } from './finding.ts';

/** An environment variable that is set but not read, and the one that was probably meant. */
export interface MisspeltVariable {
  readonly found: string;
  readonly meant: string;
}

/** In shorter names one slip makes another word: `PORTS` is not `PORT`. */
const shortestForSlip = 10;

function squashed(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/S$/, '');
}

/** One letter more, less or other, or two that changed places. */
function isOneSlip(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const isSwapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (isSwapped && short.slice(at + 2) === long.slice(at + 2));
}

/** The variables that are read: settings, and those the provider packages name. */
function knownNames(definitions: readonly ProviderDefinition[]): readonly string[] {
  const settings = environmentVariables().map(({ name }) => name);
  return [...new Set([...settings, ...definitions.flatMap(({ env }) => [...env.apiKey, ...env.baseUrl])])];
}

/** Variables that are a slip away from one that is read: `DATABASEURL`, `MAX_FUNCTION_CALL`, `OPENAI_BASE_URLS`. */
export function findMisspeltVariables(
  env: EnvironmentVariables,
  definitions: readonly ProviderDefinition[],
): readonly MisspeltVariable[] {
  const known = knownNames(definitions);
  return Object.keys(env)
    .filter((name) => !known.includes(name) && (env[name] ?? '') !== '')
    .flatMap((found) => {
      const name = squashed(found);
      const isMeant = (candidate: string) => {
        const target = squashed(candidate);
        return target.length >= shortestForSlip && (name === target || isOneSlip(name, target));
      };
      const meant = known.find(isMeant);
      return meant === undefined ? [] : [{ found, meant }];
    });
}

/** A finding for each misspelt variable; a problem for those in `fatal`, which keep every provider from being used. */
export function checkEnvironment(
  misspelt: readonly MisspeltVariable[],
  env: EnvironmentVariables,
  fatal: readonly MisspeltVariable[] = [],
): readonly Finding[] {
  const findings = misspelt.map((one): Finding => {
    const { found, meant } = one;
    const isSet = (env[meant] ?? '') !== '';
    return {
      check: 'environment',
      state: isSet ? 'note' : fatal.includes(one) ? 'problem' : 'warning',
      message: `${found} is set, but nothing reads it; did you mean ${meant}${isSet ? ', which is set too' : ''}?`,
      remedy: isSet ? `Remove ${found} if it is of no use.` : `Rename ${found} to ${meant}.`,
    };
  });
  if (findings.length > 0) return findings;
  return [{ check: 'environment', state: 'ok', message: 'no misspelt variable', remedy: null }];
}
