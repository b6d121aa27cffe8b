import type { FastifyInstance } from 'fastify';
import { modelList } from '../openai/model-list.ts';
import { RequestProblem } from '../openai/request-problem.ts';
import type { RouteContext } from './route-context.ts';

/** `GET /v1/models` and `GET /v1/models/{id}`; an id holds a slash, plain or as `%2F`. */
export function modelsRoute(app: FastifyInstance, { lattice, aliases }: RouteContext): void {
  app.get('/models', async () => ({ object: 'list', data: modelList(await lattice.models(), aliases) }));

  app.get<{ Params: { '*': string } }>('/models/*', async (request) => {
    const id = request.params['*'];
    const found = modelList(await lattice.models(), aliases).find((model) => model.id === id);
    if (found !== undefined) return found;
    throw new RequestProblem('LATTICE_UNKNOWN_MODEL', `There is no model "${id}"; GET /v1/models lists them all.`, {
      httpStatus: 404,
      apiCode: 'model_not_found',
      param: 'model',
    });
  });
}
