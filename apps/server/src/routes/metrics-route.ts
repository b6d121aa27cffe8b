import { prometheusContentType, type OpenTelemetry } from '@lattice-lock/observability';
import type { FastifyInstance } from 'fastify';
import { authenticate, type KeyVerifier } from '../http/authentication.ts';
import { refuseOtherMethods } from '../http/method-guard.ts';

/** What {@link metricsRoute} takes. */
export interface MetricsRouteOptions {
  readonly telemetry: Pick<OpenTelemetry, 'prometheus'>;
  /** Tells good keys; `null` lets everybody in, as everywhere. */
  readonly keys: KeyVerifier | null;
  /** True: no key is asked for, e.g. where only the scraper reaches the port. Default false: metrics tell what is spent. */
  readonly isPublic?: boolean;
}

/**
 * `GET /metrics`: every metric in Prometheus' text format. With a key as under `/v1`, unless it is public; a scraper
 * sends one by `authorization: { credentials_file: ... }` of its configuration.
 */
export function metricsRoute(app: FastifyInstance, options: MetricsRouteOptions): void {
  const { telemetry, keys, isPublic = false } = options;
  app.get('/metrics', async (request, reply) => {
    if (keys !== null && !isPublic) await authenticate(request.headers, keys);
    const text = await telemetry.prometheus();
    return reply.type(prometheusContentType).header('cache-control', 'no-store').send(text);
  });
  refuseOtherMethods(app, '/metrics', ['GET', 'HEAD']);
}
