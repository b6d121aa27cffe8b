import type { AppConfig } from '@lattice-lock/config';
import { toLatticeError } from '@lattice-lock/contract';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import type { Finding } from './finding.ts';

const remedy = 'Correct it where it was set; "lattice config check" shows what is in force.';

/** A finding for each problem of an error of the configuration. @throws what is no error of the configuration */
export function configurationProblems(thrown: unknown): readonly Finding[] {
  const error = toLatticeError(thrown);
  if (exitCodeOf(error.code) !== exitCodes.configuration && exitCodeOf(error.code) !== exitCodes.unknownName)
    throw error;
  const issues = error.issues.length > 0 ? error.issues : [{ path: '', message: error.message }];
  return issues.map(({ path, message }) => ({
    check: 'configuration',
    state: 'problem',
    message: path === '' ? message : `${path}: ${message}`,
    remedy,
  }));
}

/** The configuration, or every problem of it. */
export async function checkConfiguration(
  invocation: Invocation,
): Promise<{ readonly config: AppConfig | null; readonly findings: readonly Finding[] }> {
  try {
    const config = await loadCommandConfig(invocation);
    const file = config.configFile ?? 'no lattice.yaml, defaults and environment';
    const finding: Finding = {
      check: 'configuration',
      state: 'ok',
      message: `good: ${file}; ${config.environment}`,
      remedy: null,
      details: { configFile: config.configFile, environment: config.environment },
    };
    return { config, findings: [finding] };
  } catch (error) {
    return { config: null, findings: configurationProblems(error) };
  }
}
