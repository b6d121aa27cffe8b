import { startSimulator } from '../simulator/simulator-server.ts';
import { registerChecks, underDeadline, type ConformanceCheck, type SkippedChecks } from './conformance-check.ts';
import { answerChecks } from './provider/answer-checks.ts';
import { brokenStreamChecks } from './provider/broken-stream-checks.ts';
import { cancellationChecks } from './provider/cancellation-checks.ts';
import { credentialChecks } from './provider/credential-checks.ts';
import { embeddingChecks } from './provider/embedding-checks.ts';
import { errorChecks } from './provider/error-checks.ts';
import { formatChecks } from './provider/format-checks.ts';
import { healthChecks } from './provider/health-checks.ts';
import { lifecycleChecks } from './provider/lifecycle-checks.ts';
import { processChecks } from './provider/process-checks.ts';
import { ProviderSubject, type ProviderSpecimen } from './provider/provider-subject.ts';
import { reasoningChecks } from './provider/reasoning-checks.ts';
import { requestChecks } from './provider/request-checks.ts';
import { toolChecks } from './provider/tool-checks.ts';
import { usageChecks } from './provider/usage-checks.ts';

/** A provider and what its suite is called. */
export interface ProviderConformanceOptions extends ProviderSpecimen {
  readonly name: string;
  /** Checks this provider cannot pass, by id, each with the reason why. */
  readonly skip?: SkippedChecks;
}

/** Every check of a provider. */
export const providerChecks: readonly ConformanceCheck<ProviderSubject>[] = [
  ...answerChecks,
  ...requestChecks,
  ...formatChecks,
  ...toolChecks,
  ...reasoningChecks,
  ...usageChecks,
  ...errorChecks,
  ...credentialChecks,
  ...brokenStreamChecks,
  ...cancellationChecks,
  ...healthChecks,
  ...lifecycleChecks,
  ...processChecks,
  ...embeddingChecks,
];

/** The only key the suite's simulator lets in. */
const apiKey = 'sk-conformance-0123456789abcdef';

/**
 * Runs one check against a simulator of its own.
 *
 * @returns why the check does not apply to this provider; `undefined` when it ran and passed
 * @throws AssertionError where the provider fails it
 */
export async function runProviderCheck(
  specimen: ProviderSpecimen,
  check: ConformanceCheck<ProviderSubject>,
  timeoutMs?: number,
): Promise<string | undefined> {
  const simulator = await startSimulator({
    acceptedApiKeys: [apiKey],
    reasoningContent: specimen.reasoningContent ?? false,
  });
  let subject: ProviderSubject | undefined;
  try {
    subject = new ProviderSubject(specimen, simulator, apiKey);
    return await underDeadline(check, subject, timeoutMs);
  } finally {
    await subject?.close();
    await simulator.close();
  }
}

/** Registers the suite that every provider passes: offline, without a key, against the simulator. */
export function runProviderConformance(options: ProviderConformanceOptions): void {
  const { name, skip = {} } = options;
  registerChecks(`${name}: provider conformance`, providerChecks, skip, (check) => runProviderCheck(options, check));
}
