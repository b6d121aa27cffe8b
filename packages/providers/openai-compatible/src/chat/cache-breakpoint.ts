import type { CacheControl, JsonObject } from '@lattice-lock/contract';

/**
 * The mark that ends a reusable prompt prefix, as OpenAI takes it on content parts since gpt-5.6. Its lifetimes are
 * minima: half an hour unless told, or twelve hours, which is what covers the hour that is asked for.
 */
export function cacheBreakpoint(control: CacheControl | undefined): JsonObject | undefined {
  if (control === undefined) return undefined;
  return control.ttl === '1h' ? { mode: 'explicit', ttl: '12h' } : { mode: 'explicit' };
}
