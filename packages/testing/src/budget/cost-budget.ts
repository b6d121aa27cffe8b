import {
  costOfUsage,
  LatticeError,
  picoUsdFromUsdPerMillion,
  usdFromNano,
  type ChatProvider,
  type ChatRequest,
  type ModelCatalog,
  type ModelPrice,
  type Usage,
} from '@lattice-lock/contract';
import { BudgetedProvider } from './budgeted-provider.ts';
import { worstCost, worstInputTokens } from './worst-case.ts';

/** Where prices are looked up; the catalog is one. `null` is unknown, and an unknown price is refused. */
export type PriceBook = Pick<ModelCatalog, 'priceAt'>;

/** The limits and what they are counted by. */
export interface CostBudgetOptions {
  /** US dollars from one `startTest` to the next. Default 0.10. */
  readonly perTestUsd?: number;
  /** US dollars of all tests together. Default 2.00. */
  readonly perSuiteUsd?: number;
  readonly prices: PriceBook;
  /** More input tokens than the request can have. Default {@link worstInputTokens}. */
  readonly inputTokens?: (request: ChatRequest) => number;
  /** The provider that the price book knows a budgeted provider as, by the provider's id. */
  readonly pricedAs?: Readonly<Record<string, string>>;
}

/** A limit on what tests may cost. A call is refused before it is made when its worst case does not fit. */
export interface CostBudget {
  /** A provider whose calls count. Refusals are `LATTICE_BUDGET`, as error events in streams. */
  wrap(provider: ChatProvider): ChatProvider;
  /** From here on a new test counts; call it in `beforeEach`. Calls of the test before still count for the suite. */
  startTest(): void;
  /** What was spent in nano-dollars; a call of unknown cost counts as its worst case. */
  spent(): { readonly testNanoUsd: bigint; readonly suiteNanoUsd: bigint };
}

/** What a call may cost, taken out of the budget until its real cost is known. */
export interface Reservation {
  /** The real cost takes the place of the worst case; `null` usage leaves it. */
  settle(usage: Usage | null): void;
}

interface TestAccount {
  nanoUsd: bigint;
}

/**
 * Makes a budget.
 *
 * @throws LatticeError `LATTICE_CONFIG` for a limit that is no amount of at most six decimals
 */
export function createCostBudget(options: CostBudgetOptions): CostBudget {
  const perTest = nanoFromUsd('perTestUsd', options.perTestUsd ?? 0.1);
  const perSuite = nanoFromUsd('perSuiteUsd', options.perSuiteUsd ?? 2);
  const estimate = options.inputTokens ?? worstInputTokens;
  let test: TestAccount = { nanoUsd: 0n };
  let suiteNanoUsd = 0n;

  const reserve = (providerId: string, request: ChatRequest): Reservation => {
    const ref = { provider: options.pricedAs?.[providerId] ?? providerId, model: request.model };
    const price = options.prices.priceAt(ref, Date.now());
    const worst = boundOf(`${ref.provider}/${ref.model}`, request, price, estimate);
    refuseOver('this test', worst, perTest - test.nanoUsd, perTest, 'perTestUsd', request.model);
    refuseOver('the suite', worst, perSuite - suiteNanoUsd, perSuite, 'perSuiteUsd', request.model);
    const account = test;
    account.nanoUsd += worst;
    suiteNanoUsd += worst;
    let isSettled = false;
    return {
      settle: (usage) => {
        if (isSettled) return;
        isSettled = true;
        const cost = usage === null ? null : costOfUsage(usage, price);
        if (cost === null) return;
        account.nanoUsd += cost - worst;
        suiteNanoUsd += cost - worst;
      },
    };
  };
  return {
    wrap: (provider) => new BudgetedProvider(provider, reserve),
    startTest: () => (test = { nanoUsd: 0n }),
    spent: () => ({ testNanoUsd: test.nanoUsd, suiteNanoUsd }),
  };
}

/** US dollars in nano-dollars, exactly: a dollar per million tokens is a million pico-dollars per token. */
function nanoFromUsd(name: string, usd: number): bigint {
  try {
    return picoUsdFromUsdPerMillion(usd) * 1000n;
  } catch (error) {
    const message = `${name} is ${usd}: write US dollars, 0 or more, with at most six decimals.`;
    throw new LatticeError('LATTICE_CONFIG', message, { cause: error });
  }
}

function boundOf(
  name: string,
  request: ChatRequest,
  price: ModelPrice | null,
  estimate: (request: ChatRequest) => number,
): bigint {
  if (price === null) {
    const message = `The price of ${name} is not known, so its cost has no bound: give \`prices\` a price for it (0 for a local model).`;
    throw new LatticeError('LATTICE_BUDGET', message, { model: request.model });
  }
  if (request.maxOutputTokens === undefined) {
    const message = `A call of ${name} without \`maxOutputTokens\` has no bound on its cost: set it.`;
    throw new LatticeError('LATTICE_BUDGET', message, { model: request.model });
  }
  return worstCost(estimate(request), request.maxOutputTokens, price);
}

function refuseOver(whose: string, worst: bigint, left: bigint, limit: bigint, option: string, model: string): void {
  if (worst <= left) return;
  const usd = (nano: bigint) => `$${usdFromNano(nano)}`;
  const message = `The call may cost ${usd(worst)}, but ${whose} has ${usd(left)} of ${usd(limit)} left: it is not made. Ask for less (\`maxOutputTokens\`, a shorter prompt) or raise \`${option}\`.`;
  throw new LatticeError('LATTICE_BUDGET', message, { model });
}
