import type { FastifyInstance } from 'fastify';
import { parseChatRequest } from '../openai/run-request.ts';
import { runOf } from './chat-completions-route.ts';
import type { RouteContext } from './route-context.ts';

/** `POST /v1/route`: takes the body of a chat completion, calls no model, and answers the decision with every candidate. */
export function decisionRoute(app: FastifyInstance, { lattice }: RouteContext): void {
  app.post('/route', async (request, reply) => {
    const { exchange } = request;
    const decision = await lattice.route(runOf(parseChatRequest(request.body), exchange));
    exchange.decisionId = decision.id;
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(decision));
  });
}
