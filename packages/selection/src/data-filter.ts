import type { DataPolicy } from '@lattice-lock/catalog';
import type { DataConstraints, FilterName } from '@lattice-lock/contract';

/** The filters that ask where a model is served from and what is kept. */
export type DataFilter = Extract<FilterName, 'region-not-allowed' | 'data-retained' | 'data-policy-unknown'>;

/** What a data constraint finds wrong with a model: which filter, and in words. */
export interface DataFinding {
  readonly filter: DataFilter;
  readonly reason: string;
}

/** What constraints find wrong with a model's data policy; `null` when nothing is. What is known to be wrong is told first. */
export function dataFinding(
  policy: DataPolicy | undefined,
  constraints: readonly DataConstraints[],
): DataFinding | null {
  let unknown: DataFinding | null = null;
  for (const constraint of constraints) {
    const finding = regionFinding(policy, constraint) ?? keepingFinding(policy, constraint);
    if (finding !== null) return finding;
    const missing = constraint.unknown === 'allow' ? [] : missingFacts(policy, constraint);
    if (missing.length > 0)
      unknown ??= { filter: 'data-policy-unknown', reason: `it is not known ${missing.join(', nor ')}` };
  }
  return unknown;
}

function regionFinding(policy: DataPolicy | undefined, constraint: DataConstraints): DataFinding | null {
  const { allowRegions, denyRegions } = constraint;
  for (const region of policy?.regions ?? []) {
    const isAllowed = allowRegions === undefined || allowRegions.some((allowed) => covers(allowed, region));
    const denied = denyRegions?.find((one) => overlaps(one, region));
    if (isAllowed && denied === undefined) continue;
    const rule =
      denied === undefined ? `only ${allowRegions?.join(', ') || 'none'} is allowed` : `"${denied}" is denied`;
    return { filter: 'region-not-allowed', reason: `may be served from ${region}; ${rule}` };
  }
  return null;
}

function keepingFinding(policy: DataPolicy | undefined, constraint: DataConstraints): DataFinding | null {
  const { maxRetentionDays, allowTraining } = constraint;
  const days = policy?.retentionDays ?? null;
  if (maxRetentionDays !== undefined && days !== null && days > maxRetentionDays) {
    return {
      filter: 'data-retained',
      reason: `keeps data for up to ${days} days; at most ${maxRetentionDays} are allowed`,
    };
  }
  if (allowTraining === false && policy?.training === true) {
    return { filter: 'data-retained', reason: 'may use data to train models, which is not allowed' };
  }
  return null;
}

function missingFacts(policy: DataPolicy | undefined, constraint: DataConstraints): readonly string[] {
  const { allowRegions, denyRegions, maxRetentionDays, allowTraining } = constraint;
  const asksRegion = allowRegions !== undefined || (denyRegions !== undefined && denyRegions.length > 0);
  return [
    ...(asksRegion && !policy?.regions?.length ? ['where it is served from'] : []),
    ...(maxRetentionDays !== undefined && (policy?.retentionDays ?? null) === null ? ['how long data is kept'] : []),
    ...(allowTraining === false && (policy?.training ?? null) === null ? ['whether data trains models'] : []),
  ];
}

/** `eu` covers `eu` and `eu-west-1`; nothing but itself covers `global`, which is anywhere. */
function covers(wider: string, region: string): boolean {
  const [outer, inner] = [wider.trim().toLowerCase(), region.trim().toLowerCase()];
  return outer === inner || inner.startsWith(`${outer}-`);
}

/** Whether a request may be served in a denied region: `global` and `eu` may mean `eu-west-1`. */
function overlaps(denied: string, region: string): boolean {
  return region.toLowerCase() === 'global' || covers(denied, region) || covers(region, denied);
}
