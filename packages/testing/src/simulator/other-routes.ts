import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import { adminError, adminPrefix, answerAdmin } from './admin-routes.ts';
import { requestId, type ExchangeSettings } from './chat-exchange.ts';
import type { Incoming } from './incoming.ts';
import { checkAccess, parseJsonObject, readBody } from './request-reading.ts';
import type { SimulatorFault } from './simulator-reply.ts';
import { statusError } from './status-error.ts';
import { inputTokens } from './token-rule.ts';
import { ownerOf, simulatedWires } from './wires/simulated-wires.ts';
import type { SimulatedWireCodec } from './wires/simulated-wire.ts';

/** A request that is not for an answer. */
interface OtherExchange extends Incoming {
  readonly settings: ExchangeSettings;
  readonly codec: SimulatedWireCodec;
}

/** Answers the simulator's own routes, health probes and token counts; everything else gets the vendor's own 404. */
export async function answerOther(settings: ExchangeSettings, incoming: Incoming): Promise<void> {
  const { request, response, target, number } = incoming;
  response.on('error', () => undefined);
  if (target.path.startsWith(adminPrefix)) {
    await answerOwn(settings, incoming);
    return;
  }
  const codec = ownerOf(target);
  const exchange: OtherExchange = { ...incoming, settings, codec };
  try {
    const { fault } = settings.script.takeProbe(codec.wire);
    if (fault !== undefined && fault.type !== 'slow') {
      request.resume();
      probeFault(exchange, fault);
      return;
    }
    checkAccess(target, codec, settings.acceptedApiKeys);
    const body = await vendorBody(exchange);
    request.resume();
    send(exchange, 200, body);
  } catch (error) {
    if (!LatticeError.isInstance(error) || error.status === undefined) throw error;
    request.resume();
    send(exchange, error.status, codec.errorBody(error, requestId(number)), codec.errorHeaders(error));
  }
}

async function answerOwn(settings: ExchangeSettings, { request, response, target }: Incoming): Promise<void> {
  const write = (status: number, body: JsonObject) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body));
  };
  try {
    write(200, await answerAdmin(settings, request, target.path));
  } catch (error) {
    if (!LatticeError.isInstance(error) || error.status === undefined) throw error;
    write(error.status, adminError(error));
  }
}

/** The body of a route that costs no tokens. @throws LatticeError status 404 or 405 for any other */
async function vendorBody({ settings, request, target, codec }: OtherExchange): Promise<JsonObject> {
  const { method, path } = target;
  const countField = method === 'POST' ? codec.tokenCountField?.(target) : undefined;
  if (countField !== undefined) {
    const body = parseJsonObject(await readBody(request, settings.bodyLimitBytes, codec.wire));
    // The route takes the fields of a message; only Anthropic's `max_tokens` is not among them.
    return { [countField]: inputTokens(codec.decode({ max_tokens: 1, ...body }, target).chat) };
  }
  const body = codec.probe(target, settings.models[codec.wire]);
  if (body !== undefined) return body;
  const isAnswer = simulatedWires.some((wire) => wire.serves({ ...target, method: 'POST' }));
  const message = isAnswer
    ? `${path} takes POST, not ${method}.`
    : `Unknown route: the simulator does not serve ${method} ${path}.`;
  throw statusError(codec.wire, isAnswer ? 405 : 404, { message });
}

function probeFault(exchange: OtherExchange, fault: SimulatorFault): void {
  const { codec } = exchange;
  if (fault.type === 'status') {
    const error = statusError(codec.wire, fault.status, fault);
    const body = fault.body ?? codec.errorBody(error, requestId(exchange.number));
    send(exchange, fault.status, body, { ...codec.errorHeaders(error), ...fault.headers });
    return;
  }
  log(exchange, 0);
  // A stalled probe stays open until the client or the simulator ends it; any other break is a reset.
  if (fault.type !== 'stall') exchange.resetConnection();
}

function log({ settings, target }: OtherExchange, status: number): void {
  settings.log.putOther({ method: target.method, path: target.path, status, atMs: Date.now() });
}

function send(
  exchange: OtherExchange,
  status: number,
  body: JsonObject | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { codec, number, response } = exchange;
  log(exchange, status);
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    ...codec.headers(requestId(number), number),
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}
