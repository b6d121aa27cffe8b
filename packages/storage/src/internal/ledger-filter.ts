import type { LedgerFilter } from '@lattice-lock/contract';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { LatticeSchema } from './schema.ts';

/** The filter as a condition; an empty filter is always true. */
export function applyLedgerFilter(
  where: ExpressionBuilder<LatticeSchema, 'ledger_entry'>,
  filter: LedgerFilter,
): ExpressionWrapper<LatticeSchema, 'ledger_entry', SqlBool> {
  const conditions = [];
  if (filter.requestId !== undefined) conditions.push(where('request_id', '=', filter.requestId));
  if (filter.apiKeyId !== undefined) conditions.push(where('api_key_id', '=', filter.apiKeyId));
  if (filter.provider !== undefined) conditions.push(where('provider', '=', filter.provider));
  if (filter.model !== undefined) conditions.push(where('model', '=', filter.model));
  if (filter.fromMs !== undefined) conditions.push(where('started_at_ms', '>=', filter.fromMs));
  if (filter.untilMs !== undefined) conditions.push(where('started_at_ms', '<', filter.untilMs));
  if (filter.simulated !== undefined) conditions.push(where('simulated', '=', filter.simulated ? 1 : 0));
  return where.and(conditions);
}
