import type {
  Decision,
  DecisionBasis,
  DecisionRoute,
  HealthSource,
  SelectionConstraints,
} from '@lattice-lock/contract';
import type { ResolvedTarget, SelectionInput } from './selection-input.ts';

/** What of an input a decision keeps, so that it can be made again, and what was predicted of those that were too bad. */
export function basisOf(input: SelectionInput, qualities?: DecisionBasis['qualities']): DecisionBasis {
  const { constraints, operatorConstraints, weights, fallbacks, maxOutputTokens, budgetUsd, chainLength } = input;
  return {
    ...(constraints && { constraints }),
    ...(operatorConstraints && { operatorConstraints }),
    ...(weights && { weights }),
    ...(fallbacks && { fallbacks: fallbacks.map(({ provider, model }) => ({ provider, model })) }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    ...(chainLength === undefined ? {} : { chainLength }),
    ...(qualities && { qualities }),
  };
}

/** How providers are now, for a decision that was stored and read back. */
export interface PresentState {
  /** Whether a provider can be called; as it was for the decision unless given. */
  isConfigured?(provider: string): boolean;
  readonly health?: HealthSource;
}

/** The input of a decision that was stored and read back, as far as it was kept. */
export function inputOf(decision: Decision, present: PresentState = {}): SelectionInput {
  const { profile, requested, mode, preset, chosen, basis = {}, route } = decision;
  const unconfigured = providersOut(decision, 'provider-not-configured');
  const target: ResolvedTarget = mode === 'explicit' ? { mode, model: chosen } : { mode: 'auto', preset };
  const { constraints, operatorConstraints, qualities: _then, ...others } = basis;
  return {
    profile,
    requested,
    target,
    isConfigured: (provider) => present.isConfigured?.(provider) ?? !unconfigured.has(provider),
    ...withoutNulls(others),
    ...(constraints && { constraints: restored(constraints) }),
    ...(operatorConstraints && { operatorConstraints: restored(operatorConstraints) }),
    ...(route && { route: restoredRoute(route) }),
    ...(present.health && { health: present.health }),
  };
}

/** The providers all of whose models a filter removed that asks nothing but the provider. */
export function providersOut(
  { candidates }: Decision,
  filter: 'provider-not-configured' | 'provider-unhealthy',
): ReadonlySet<string> {
  const out = candidates.filter((one) => one.status === 'filtered' && one.filter === filter);
  return new Set(out.map((one) => one.model.provider));
}

function restoredRoute(route: DecisionRoute): DecisionRoute {
  const { constraints, ...action } = route.action;
  return { ...route, action: { ...action, ...(constraints && { constraints: restored(constraints) }) } };
}

function restored(constraints: SelectionConstraints): SelectionConstraints {
  return withoutNulls(constraints);
}

/** JSON writes a bound of `Infinity`, which is none, as `null`. */
function withoutNulls<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Fields;
}
