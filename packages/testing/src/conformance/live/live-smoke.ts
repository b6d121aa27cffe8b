import { describe, it } from 'vitest';
import type { ChatProvider, ProviderDefinition } from '@lattice-lock/contract';
import type { CostBudget } from '../../budget/cost-budget.ts';
import { liveChecks } from './live-checks.ts';

/** A vendor that is really called, if its credential is there. */
export interface LiveSmokeOptions {
  readonly definition: ProviderDefinition;
  /** A cheap model; `LATTICE_LIVE_MODEL_<ID>` in the environment wins. `null` where only the environment can say. */
  readonly model: string | null;
  readonly budget: CostBudget;
  /** Variables that must be set, each group by one of its names. Default: what the definition needs. */
  readonly variables?: readonly (readonly string[])[];
  /** Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What a live suite is run with. */
export interface LiveSetup {
  readonly provider: ChatProvider;
  readonly model: string;
  readonly apiKey: string | undefined;
  /** The same vendor with another credential; not under the budget, since nothing is to be answered. */
  withKey(apiKey: string): ChatProvider;
}

/** Real vendors are slow at times. */
const liveTimeoutMs = 120_000;

/**
 * Registers a smoke suite of a real vendor: health, an answer, a stream, a tool call, JSON by a schema, a wrong key.
 * It runs when `LATTICE_LIVE=1` and the credential is set; otherwise each test is skipped and says what is missing.
 */
export function runLiveSmoke(options: LiveSmokeOptions): void {
  const { definition, budget, environment = process.env } = options;
  const missing = missingForLive(options);
  describe(`${definition.id}: live`, () => {
    for (const check of liveChecks) {
      const title = missing === null ? check.title : `${check.title} [skipped: ${missing}]`;
      it(title, { timeout: liveTimeoutMs }, async (context) => {
        if (missing !== null) return context.skip(missing);
        budget.startTest();
        const setup = openLive(options, environment);
        try {
          const notApplicable = check.notApplicable?.(setup);
          if (notApplicable !== undefined) return context.skip(notApplicable);
          await check.run(setup);
        } finally {
          await setup.provider.close();
        }
      });
    }
  });
}

/** Why a vendor cannot be called, for people; `null` when it can. */
export function missingForLive(options: LiveSmokeOptions): string | null {
  const { definition, environment = process.env } = options;
  if (environment['LATTICE_LIVE'] !== '1') return 'LATTICE_LIVE is not 1';
  const groups = options.variables ?? variablesOf(definition);
  const unset = groups.find((names) => valueOf(environment, names) === undefined);
  if (unset !== undefined) return `${unset.join(' or ')} is not set`;
  return modelOf(options, environment) === undefined ? `${modelVariable(definition)} is not set` : null;
}

/** A server without a key is only called where its address is given: nobody is asked by surprise. */
function variablesOf({ env, needsApiKey, defaultBaseUrl }: ProviderDefinition): readonly (readonly string[])[] {
  return [...(needsApiKey ? [env.apiKey] : []), ...(needsApiKey && defaultBaseUrl !== null ? [] : [env.baseUrl])];
}

function openLive(options: LiveSmokeOptions, environment: NonNullable<LiveSmokeOptions['environment']>): LiveSetup {
  const { definition, budget } = options;
  const apiKey = valueOf(environment, definition.env.apiKey);
  const baseUrl = valueOf(environment, definition.env.baseUrl);
  const create = (key: string | undefined) =>
    definition.create({
      ...(key === undefined ? {} : { apiKey: key }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
    });
  const model = modelOf(options, environment) ?? '';
  return { provider: budget.wrap(create(apiKey)), model, apiKey, withKey: create };
}

function modelOf({ definition, model }: LiveSmokeOptions, environment: NonNullable<LiveSmokeOptions['environment']>) {
  return valueOf(environment, [modelVariable(definition)]) ?? model ?? undefined;
}

function modelVariable({ id }: ProviderDefinition): string {
  return `LATTICE_LIVE_MODEL_${id.toUpperCase().replaceAll('-', '_')}`;
}

function valueOf(environment: Readonly<Record<string, string | undefined>>, names: readonly string[]) {
  // A workflow sets the variable of an absent secret to the empty text.
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}
