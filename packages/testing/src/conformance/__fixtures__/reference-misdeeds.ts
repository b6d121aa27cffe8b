import type { CallOptions, ChatRequest, Logger } from '@lattice-lock/contract';
import type { Flaw } from './reference-flaws.ts';

/** What a bad provider does before it calls. */
export async function misbehaveAtStart(
  flaw: Flaw | undefined,
  request: ChatRequest,
  options: CallOptions,
  logger: Logger,
  apiKey: string,
): Promise<void> {
  switch (flaw) {
    case 'logs-the-key':
      logger.debug({ headers: { authorization: `Bearer ${apiKey}` } }, 'The vendor is called.');
      break;
    case 'calls-home':
      // Whether anybody listens there makes no difference.
      await Promise.allSettled([fetch('http://127.0.0.1:64999/telemetry', { method: 'POST', body: request.model })]);
      break;
    case 'leaves-a-global':
      Reflect.set(globalThis, `referenceCall${performance.now()}`, request);
      break;
    case 'leaves-listeners':
      options.signal?.addEventListener('abort', () => undefined);
      break;
    case 'changes-the-request':
      Object.assign(request, { stop: [] });
      break;
    default:
  }
}
