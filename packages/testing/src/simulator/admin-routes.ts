import { LatticeError, type Issue, type JsonObject, type JsonValue } from '@lattice-lock/contract';
import type { IncomingRequest } from './incoming.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { ReplyScript } from './reply-script.ts';
import type { RequestLog } from './request-log.ts';
import { parseJsonObject, readBody } from './request-reading.ts';
import { parseReplies } from './parse-replies.ts';

/** What the routes under `/__simulator` work on. */
export interface AdminSubject {
  readonly script: ReplyScript;
  readonly log: RequestLog;
  readonly promptCache: PromptCache;
  readonly bodyLimitBytes: number;
}

/** Where another process drives a simulator and asks it what it served. */
export const adminPrefix = '/__simulator/';

/**
 * Answers a route under {@link adminPrefix}.
 *
 * @throws LatticeError with a status for what cannot be answered
 */
export async function answerAdmin(subject: AdminSubject, request: IncomingRequest, path: string): Promise<JsonObject> {
  refuseBrowsers(request);
  const { script, log, promptCache } = subject;
  switch (`${request.method} ${path.slice(adminPrefix.length)}`) {
    case 'POST replies': {
      const replies = parseReplies(parseJsonObject(await readBody(request, subject.bodyLimitBytes, 'openai-chat')));
      script.enqueue(replies);
      return { queued: replies.length };
    }
    case 'GET served':
      return { served: jsonOf(log.served()) };
    case 'GET requests':
      return { requests: jsonOf(log.others()) };
    case 'GET totals':
      return { totals: jsonOf(log.totals()) };
    case 'POST reset':
      script.reset();
      log.reset();
      promptCache.reset();
      return { reset: true };
    default: {
      const message = `There is no ${request.method} ${path}: use POST replies, GET served, GET requests, GET totals or POST reset.`;
      throw new LatticeError('LATTICE_NOT_FOUND', message, { status: 404 });
    }
  }
}

/**
 * A page in a browser must not drive or read a simulator that happens to run on its reader's machine: not across
 * origins, and not by a name that was rebound to this address.
 */
function refuseBrowsers({ headers }: IncomingRequest): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const isAddress = host === 'localhost' || host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host);
  if (headers.origin === undefined && isAddress) return;
  const message = 'The simulator is driven by programs that name its address, not by pages in a browser.';
  throw new LatticeError('LATTICE_PERMISSION', message, { status: 403 });
}

/** Records hold JSON only, but interfaces do not say so. */
function jsonOf(records: object): JsonValue {
  return records as unknown as JsonValue;
}

/** The body of an error of these routes. */
export function adminError(error: LatticeError): JsonObject {
  const issues = error.issues.map(({ path, message }: Issue) => ({ path, message }));
  return { error: { code: error.code, message: error.message, issues } };
}
