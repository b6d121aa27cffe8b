import type { ErrorCode } from '@lattice-lock/contract';

/** What the process ends with. 78 is EX_CONFIG of sysexits.h; 130 and 143 are 128 + SIGINT and 128 + SIGTERM. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unknownName: 3,
  noCandidate: 4,
  configuration: 78,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of the values of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Each exit code in words, for help and README. */
export const exitCodeMeanings: readonly { readonly code: ExitCode; readonly meaning: string }[] = [
  { code: exitCodes.ok, meaning: 'done; also when the reader of a pipe left early' },
  {
    code: exitCodes.failed,
    meaning:
      'the request failed, a provider is not healthy, the doctor found a problem, the catalog is too old, an evaluation missed a bound, or no bound reaches a target',
  },
  { code: exitCodes.usage, meaning: 'wrong usage: flags, arguments, files' },
  { code: exitCodes.unknownName, meaning: 'unknown model or provider, or one that is not installed' },
  { code: exitCodes.noCandidate, meaning: 'no model meets the constraints' },
  { code: exitCodes.configuration, meaning: 'the configuration is wrong or unsafe; every problem is listed' },
  { code: exitCodes.interrupted, meaning: 'interrupted by Ctrl-C; what was spent is printed' },
  { code: exitCodes.terminated, meaning: 'ended by SIGTERM' },
];

const codesByError: ReadonlyMap<ErrorCode, ExitCode> = new Map([
  ['LATTICE_UNKNOWN_MODEL', exitCodes.unknownName],
  ['LATTICE_UNKNOWN_PROVIDER', exitCodes.unknownName],
  ['LATTICE_PROVIDER_NOT_INSTALLED', exitCodes.unknownName],
  ['LATTICE_NO_CANDIDATE', exitCodes.noCandidate],
  ['LATTICE_CONFIG', exitCodes.configuration],
  ['LATTICE_SECURITY_CONFIGURATION', exitCodes.configuration],
  ['LATTICE_CATALOG', exitCodes.configuration],
  ['LATTICE_PATTERN', exitCodes.configuration],
  ['LATTICE_ABORTED', exitCodes.interrupted],
]);

/** The exit code of a failure with this error code. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return codesByError.get(code) ?? exitCodes.failed;
}
