import type { FastifyInstance, HTTPMethods } from 'fastify';
import { RequestProblem } from '../openai/request-problem.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers 405 with `Allow` to every method of a path but those it has. No body is read for it. */
export function refuseOtherMethods(app: FastifyInstance, path: string, allowed: readonly HTTPMethods[]): void {
  const refused = methods.filter((method) => !allowed.includes(method));
  const refuse = () => {
    throw new RequestProblem('LATTICE_INVALID_REQUEST', `This path takes ${allowed.join(', ')} only.`, {
      httpStatus: 405,
      apiCode: 'method_not_allowed',
      headers: { allow: allowed.join(', ') },
    });
  };
  app.route({ method: [...refused], url: path, preParsing: async () => refuse(), handler: refuse });
}
