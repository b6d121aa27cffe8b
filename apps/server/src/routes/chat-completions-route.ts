import { LatticeError, toLatticeError, type RunEvent, type RunRequest } from '@lattice-lock/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from '../http/exchange.ts';
import { SseResponse } from '../http/sse-response.ts';
import { answerHeaders, headerText, modelHeaders } from '../openai/answer-metadata.ts';
import { ChatChunkEncoder } from '../openai/chat-chunk-encoder.ts';
import { chatCompletion, type CompletionContext } from '../openai/chat-completion.ts';
import { errorEvent, statusOfError } from '../openai/error-body.ts';
import { parseChatRequest, type ParsedChatRequest } from '../openai/run-request.ts';
import type { RouteContext } from './route-context.ts';

/** `POST /v1/chat/completions`, buffered and streamed. */
export function chatCompletionsRoute(app: FastifyInstance, context: RouteContext): void {
  app.post('/chat/completions', async (request, reply) => {
    const parsed = parseChatRequest(request.body);
    const run = runOf(parsed, request.exchange);
    const completion: CompletionContext = {
      id: `chatcmpl-${request.exchange.requestId}`,
      created: Math.floor(context.clock.now() / 1000),
      warnings: parsed.warnings,
    };
    if (parsed.stream)
      return streamed(context, run, { ...completion, includeUsage: parsed.includeUsage }, request, reply);
    return buffered(context, run, completion, request, reply);
  });
}

/** The run of a request, with whom it belongs to and what ends it early. */
export function runOf(parsed: ParsedChatRequest, exchange: Exchange): RunRequest {
  const { requestId, apiKeyId, signal, trace } = exchange;
  const parentSpan = trace?.context ?? null;
  return { ...parsed.run, requestId, signal, parentSpan, ...(apiKeyId === null ? {} : { apiKeyId }) };
}

async function buffered(
  { lattice }: RouteContext,
  run: RunRequest,
  completion: CompletionContext,
  { exchange }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answer = await lattice.chat(run).catch((error: unknown) => {
    throw errorOfRun(error, exchange.signal);
  });
  exchange.note(answer);
  return reply
    .headers(answerHeaders(answer))
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(chatCompletion(answer, completion)));
}

/**
 * Headers wait for the first piece of the answer, so that whatever fails before it still has its own HTTP status. The
 * run is read to its end even when the client has left: its end is what settles the account.
 */
async function streamed(
  { lattice, logger }: RouteContext,
  run: RunRequest,
  completion: CompletionContext & { readonly includeUsage: boolean },
  { exchange }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const encoder = new ChatChunkEncoder(completion);
  const sse = new SseResponse(reply.raw);
  const headers: Record<string, string> = { 'x-request-id': exchange.requestId };
  exchange.isStreamed = true;
  try {
    for await (const batch of lattice.stream(run).batches()) {
      let text = '';
      let failure: LatticeError | undefined;
      for (const event of batch) {
        if (event.type === 'error') failure = event.error;
        noteEvent(event, exchange, headers);
        text += encoder.encode(event);
      }
      if (text !== '') {
        if (!sse.isOpen) {
          reply.hijack();
          sse.open(headers);
        }
        sse.write(text);
      }
      if (failure !== undefined) throw failure;
      if (sse.isFull) await sse.drained();
    }
  } catch (thrown) {
    const error = errorOfRun(thrown, exchange.signal);
    if (!sse.isOpen) throw error;
    exchange.fail(error);
    if (statusOfError(error) === 500) logger.error({ ...exchange.logFields, err: thrown }, 'unexpected error');
    sse.write(errorEvent(error, exchange.requestId));
  }
  sse.end();
  return reply;
}

/** Keeps what the headers, which wait for the first piece, and the access log will say. */
function noteEvent(event: RunEvent, exchange: Exchange, headers: Record<string, string>): void {
  if (event.type === 'decision') {
    exchange.decisionId = event.decision.id;
    headers['x-lattice-decision-id'] = headerText(event.decision.id);
    headers['x-lattice-simulated'] = String(event.decision.simulated);
  } else if (event.type === 'start') {
    exchange.model = `${event.provider}/${event.model}`;
    Object.assign(headers, modelHeaders(event.provider, event.model));
  } else if (event.type === 'answer') {
    exchange.note(event.answer);
  }
}

/** A run that a shutdown ended says so; every other error stands for itself. */
function errorOfRun(error: unknown, signal: AbortSignal): LatticeError {
  const found = toLatticeError(error);
  const reason: unknown = signal.reason;
  if (found.code !== 'LATTICE_ABORTED' || !LatticeError.isInstance(reason) || reason.code !== 'LATTICE_CLOSED')
    return found;
  const { partial, attempts } = found;
  return reason.with({ attempts, ...(partial === undefined ? {} : { partial }) });
}
