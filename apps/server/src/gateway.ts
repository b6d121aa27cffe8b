import { LatticeError, systemClock, type Clock, type Logger, type Telemetry } from '@lattice-lock/contract';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Lattice } from 'lattice-lock';
import { authenticate, type KeyVerifier } from './http/authentication.ts';
import { onClientError } from './http/client-error.ts';
import { edgeError } from './http/edge-error.ts';
import { Exchange } from './http/exchange.ts';
import { ExchangeRegistry } from './http/exchange-registry.ts';
import { parseJsonBody } from './http/json-body.ts';
import { refuseOtherMethods } from './http/method-guard.ts';
import { requestIdOf } from './http/request-id.ts';
import { dropUnreadBody } from './http/unread-body.ts';
import { errorAnswer } from './openai/error-body.ts';
import { RequestProblem } from './openai/request-problem.ts';
import { chatCompletionsRoute } from './routes/chat-completions-route.ts';
import { decisionRoute } from './routes/decision-route.ts';
import { feedbackRoute } from './routes/feedback-route.ts';
import { metricsRoute, type MetricsRouteOptions } from './routes/metrics-route.ts';
import { RequestTrace } from './telemetry/request-trace.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { modelsRoute } from './routes/models-route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly lattice: Lattice;
  /** Tells good keys; `null` lets everybody in. */
  readonly keys: KeyVerifier | null;
  readonly aliases: Readonly<Record<string, string>>;
  readonly bodyLimitBytes: number;
  /** How long a client may take to send its request. */
  readonly requestTimeoutMs: number;
  /** Rejects when the storage cannot be read. */
  readonly checkStorage: () => Promise<void>;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Requests are neither traced nor measured without. */
  readonly telemetry?: Telemetry;
  /** Whether a caller's `traceparent` is continued. Default true. */
  readonly acceptTraceParent?: boolean;
  /** What `GET /metrics` answers; there is no such route without. */
  readonly metrics?: Omit<MetricsRouteOptions, 'keys'>;
}

/** The HTTP application, not yet listening. */
export interface Gateway {
  readonly app: FastifyInstance;
  /** Requests whose socket is not done with them. */
  readonly openRequests: number;
  /** Refuses new requests, lets those under way end within `graceMs`, then ends them and closes. */
  close(graceMs: number): Promise<void>;
}

/** How long runs that were aborted may take to end. */
const abortGraceMs = 2000;
/** When to come again: another process is usually up by then. */
const retryAfterSeconds = '5';

/** Builds the gateway: routes, keys, limits, errors and a stop that cuts nobody off. */
export function createGateway(options: GatewayOptions): Gateway {
  const exchanges = new ExchangeRegistry();
  const app = createApp(options);
  app.decorateRequest('exchange', null, []);
  app.addHook('onRequest', (request, reply, done) => {
    done(begin(request, reply, exchanges, options));
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, options));
  app.setNotFoundHandler((request, reply) => answerError(notFound(request), request, reply, options));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, parseJsonBody(body));
  });
  healthRoutes(app, {
    get isDraining() {
      return exchanges.isDraining;
    },
    checkStorage: options.checkStorage,
  });
  if (options.metrics !== undefined) metricsRoute(app, { ...options.metrics, keys: options.keys });
  refuseOtherMethods(app, '/livez', ['GET', 'HEAD']);
  refuseOtherMethods(app, '/readyz', ['GET', 'HEAD']);
  app.register(
    (scope, _scopeOptions, done) => {
      guardedRoutes(scope, options);
      done();
    },
    { prefix: '/v1' },
  );
  return {
    app,
    get openRequests() {
      return exchanges.size;
    },
    close: (graceMs) => closeGateway(app, exchanges, graceMs),
  };
}

function createApp(options: GatewayOptions): FastifyInstance {
  return fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: options.requestTimeoutMs,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    forceCloseConnections: true,
    clientErrorHandler: onClientError,
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply, options);
    },
  });
}

function guardedRoutes(scope: FastifyInstance, options: GatewayOptions): void {
  const { lattice, keys, aliases, logger, clock = systemClock } = options;
  if (keys !== null) {
    scope.addHook('onRequest', async (request) => {
      request.exchange.apiKeyId = (await authenticate(request.headers, keys)).id;
    });
  }
  scope.addHook('onRequest', (request, _reply, done) => {
    done(encodingProblem(request));
  });
  const context = { lattice, aliases, logger, clock };
  chatCompletionsRoute(scope, context);
  decisionRoute(scope, context);
  feedbackRoute(scope, context);
  modelsRoute(scope, context);
  refuseOtherMethods(scope, '/chat/completions', ['POST']);
  refuseOtherMethods(scope, '/route', ['POST']);
  refuseOtherMethods(scope, '/feedback', ['POST']);
  refuseOtherMethods(scope, '/models', ['GET', 'HEAD']);
  refuseOtherMethods(scope, '/models/*', ['GET', 'HEAD']);
}

/** Registers a request until its socket is done with it; answers what stands against taking it at all. */
function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  exchanges: ExchangeRegistry,
  { logger, telemetry, acceptTraceParent = true }: GatewayOptions,
): RequestProblem | undefined {
  const exchange = new Exchange(request.id, request.raw);
  request.exchange = exchange;
  reply.header('x-request-id', request.id);
  const isHealth = request.url === '/livez' || request.url === '/readyz';
  // A probe or a scrape every few seconds would only bury the requests.
  if (telemetry !== undefined && !isHealth && request.routeOptions.url !== '/metrics') {
    exchange.trace = new RequestTrace(telemetry, request, { acceptParent: acceptTraceParent });
  }
  if (!isHealth && !exchanges.isDraining) exchanges.add(exchange);
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      exchange.abort(new LatticeError('LATTICE_ABORTED', 'The client closed the connection.'));
    exchanges.delete(exchange);
    exchange.endTrace(reply.raw);
    if (!isHealth) exchange.log(logger, reply.raw);
  });
  return exchanges.isDraining && !isHealth ? shuttingDown() : undefined;
}

function shuttingDown(): RequestProblem {
  return new RequestProblem('LATTICE_CLOSED', 'The gateway is shutting down and takes no new requests.', {
    httpStatus: 503,
    type: 'server_error',
    apiCode: 'shutting_down',
    retryable: true,
    headers: { 'retry-after': retryAfterSeconds, connection: 'close' },
  });
}

function encodingProblem(request: FastifyRequest): RequestProblem | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return undefined;
  return new RequestProblem(
    'LATTICE_INVALID_REQUEST',
    'Compressed bodies are not taken; send the body without Content-Encoding.',
    {
      httpStatus: 415,
      apiCode: 'unsupported_content_encoding',
      headers: { 'accept-encoding': 'identity' },
    },
  );
}

function notFound(request: FastifyRequest): RequestProblem {
  const path = request.url.split('?', 1)[0];
  return new RequestProblem('LATTICE_NOT_FOUND', `There is no ${request.method} ${path}.`, {
    httpStatus: 404,
    apiCode: 'not_found',
  });
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: GatewayOptions,
): FastifyReply {
  const found = edgeError(error, options.bodyLimitBytes);
  const answer = errorAnswer(found, request.id);
  const exchange: Exchange | null = request.exchange;
  exchange?.fail(found);
  if (answer.status === 413) {
    reply.removeHeader('connection');
    dropUnreadBody(request.raw, reply.raw);
  }
  if (answer.status === 500) {
    options.logger.error({ requestId: request.id, ...exchange?.logFields, err: error }, 'unexpected error');
  }
  return reply.code(answer.status).headers(answer.headers).type('application/json; charset=utf-8').send(answer.body);
}

async function closeGateway(app: FastifyInstance, exchanges: ExchangeRegistry, graceMs: number): Promise<void> {
  exchanges.drain();
  if (!(await exchanges.whenEmpty(graceMs))) {
    exchanges.abortAll(
      new LatticeError('LATTICE_CLOSED', 'The gateway shut down before the answer was whole.', { retryable: true }),
    );
    await exchanges.whenEmpty(abortGraceMs);
  }
  await app.close();
}
