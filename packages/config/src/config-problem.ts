import { LatticeError, SecurityConfigurationError, type Issue } from '@lattice-lock/contract';

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The setting, e.g. `server.port`; empty for the file as a whole. */
  readonly path: string;
  /** File with line and column, environment variable or flag; `null` when nothing was set. */
  readonly place: string | null;
  /** What is wrong and how to mend it. Never holds a secret. */
  readonly message: string;
  /** True when starting in spite of it would be unsafe. */
  readonly security?: boolean;
}

function issueOf(problem: ConfigProblem): Issue {
  const place = problem.place === null ? '' : ` (${problem.place})`;
  return { path: problem.path, message: `${problem.message}${place}` };
}

/** One error that lists every problem; problems that make a start unsafe make it a `SecurityConfigurationError`. */
export function configError(problems: readonly ConfigProblem[]): LatticeError {
  const ordered = [...problems].sort((left, right) => Number(right.security ?? false) - Number(left.security ?? false));
  const issues = ordered.map(issueOf);
  const lines = issues.map(({ path, message }, index) => `  ${index + 1}. ${path === '' ? '' : `${path}: `}${message}`);
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const text = `The configuration has ${count}:\n${lines.join('\n')}`;
  return problems.some(({ security }) => security)
    ? new SecurityConfigurationError(text, { issues })
    : new LatticeError('LATTICE_CONFIG', text, { issues });
}
