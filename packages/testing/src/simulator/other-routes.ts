import type { IncomingMessage, ServerResponse } from 'node:http';
import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import { adminError, adminPrefix, answerAdmin } from './admin-routes.ts';
import type { ExchangeSettings } from './chat-exchange.ts';
import { probeBody } from './probe-routes.ts';
import { parseJsonObject, readBody, refuseUnknownKey } from './request-reading.ts';
import type { SimulatorOptions } from './simulator.ts';
import type { SimulatorFault } from './simulator-reply.ts';
import type { SimulatorWire } from './simulator-request.ts';
import { statusError, statusHeaders } from './status-error.ts';
import { inputTokens } from './token-rule.ts';
import { codecOf } from './wires/simulated-wires.ts';

/** A request that is not for an answer. */
export interface OtherExchange {
  readonly settings: ExchangeSettings;
  readonly options: SimulatorOptions;
  readonly number: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
}

/** Which vendor a path belongs to; `/v1/models` is OpenAI's and Anthropic's, told apart by Anthropic's headers. */
function wireOf(path: string, request: IncomingMessage): SimulatorWire {
  if (path.startsWith('/api/')) return 'ollama-chat';
  const isAnthropic = path.startsWith('/v1/messages') || request.headers['anthropic-version'] !== undefined;
  return isAnthropic ? 'anthropic-messages' : 'openai-chat';
}

/** Answers the simulator's own routes, health probes and token counts; everything else gets the vendor's own 404. */
export async function answerOther(exchange: OtherExchange): Promise<void> {
  const { settings, request, response, path } = exchange;
  response.on('error', () => undefined);
  if (path.startsWith(adminPrefix)) {
    await answerOwn(exchange);
    return;
  }
  const wire = wireOf(path, request);
  try {
    const body = await vendorBody(exchange, wire);
    request.resume();
    const { fault } = settings.script.takeProbe(wire);
    if (fault !== undefined && fault.type !== 'slow') return probeFault(exchange, wire, fault);
    refuseUnknownKey(request, wire, settings.acceptedApiKeys);
    send(exchange, wire, 200, body);
  } catch (error) {
    if (!LatticeError.isInstance(error) || error.status === undefined) throw error;
    send(exchange, wire, error.status, codecOf(wire).errorBody(error, requestId(exchange)));
  }
}

async function answerOwn({ settings, request, response, path }: OtherExchange): Promise<void> {
  const write = (status: number, body: JsonObject) =>
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
  try {
    write(200, await answerAdmin(settings, request, path));
  } catch (error) {
    if (!LatticeError.isInstance(error) || error.status === undefined) throw error;
    write(error.status, adminError(error));
  }
}

/** The body of a route that costs no tokens. @throws LatticeError status 404 or 405 for any other */
async function vendorBody(
  { settings, options, request, path }: OtherExchange,
  wire: SimulatorWire,
): Promise<JsonObject> {
  const method = request.method ?? '';
  if (method === 'POST' && path === '/v1/messages/count_tokens') {
    const body = parseJsonObject(await readBody(request, settings.bodyLimitBytes, wire));
    // The route takes the fields of a message but for `max_tokens`.
    return { input_tokens: inputTokens(codecOf(wire).decode({ max_tokens: 1, ...body }).chat) };
  }
  const body = method === 'GET' ? probeBody(wire, path, options.models) : undefined;
  if (body !== undefined) return body;
  const isChat = codecOf(wire).path === path;
  const message = isChat
    ? `${path} takes POST, not ${method}.`
    : `Unknown route: the simulator does not serve ${method} ${path}.`;
  throw statusError(wire, isChat ? 405 : 404, undefined, message);
}

function requestId({ number }: OtherExchange): string {
  return `req_sim${number.toString(36).padStart(8, '0')}`;
}

function probeFault(exchange: OtherExchange, wire: SimulatorWire, fault: SimulatorFault): void {
  if (fault.type === 'status') {
    const error = statusError(wire, fault.status, fault.reason);
    const body = fault.body ?? codecOf(wire).errorBody(error, requestId(exchange));
    send(exchange, wire, fault.status, body, statusHeaders(fault));
    return;
  }
  log(exchange, 0);
  // A stalled probe stays open until the client or the simulator ends it; any other break is a reset.
  if (fault.type !== 'stall') exchange.response.socket?.resetAndDestroy();
}

function log({ settings, request, path }: OtherExchange, status: number): void {
  settings.log.putOther({ method: request.method ?? '', path, status, atMs: Date.now() });
}

function send(
  exchange: OtherExchange,
  wire: SimulatorWire,
  status: number,
  body: JsonObject | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  log(exchange, status);
  const isText = typeof body === 'string';
  const contentType = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const all = {
    'content-type': contentType,
    ...codecOf(wire).headers(requestId(exchange), exchange.number),
    ...headers,
  };
  exchange.response.writeHead(status, all).end(isText ? body : JSON.stringify(body));
}
