// A limit on what tests with real vendors may cost, kept before the money is spent.
export { createCostBudget, type CostBudget, type CostBudgetOptions, type PriceBook } from './cost-budget.ts';
export { worstInputTokens } from './worst-case.ts';
