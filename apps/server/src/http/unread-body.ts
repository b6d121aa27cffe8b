import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a body is read and dropped, ms. */
const lingerMs = 2000;

/**
 * Lets a client that still sends its body read our answer: closing at once would reset the connection under it, and it
 * would see a broken pipe instead of the reason (RFC 9112, section 9.6). What still comes is dropped; a client that
 * never ends is cut off after two seconds.
 */
export function dropUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete) return;
  response.once('finish', () => {
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
    const settle = () => clearTimeout(timer);
    request.once('end', settle).once('close', settle);
    request.resume();
  });
}
