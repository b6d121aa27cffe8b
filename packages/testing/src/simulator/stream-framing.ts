import type { Framing } from './simulator-reply.ts';
import type { WireEvent } from './wires/simulated-wire.ts';

const lineEnds = { lf: '\n', crlf: '\r\n', cr: '\r' };

/** The same events, framed otherwise. Line ends inside of JSON are escaped, so that every one here is a frame's. */
export function reframe(events: readonly WireEvent[], framing: Framing, isSse: boolean): readonly WireEvent[] {
  const lineEnd = framing.lineEnd === undefined ? undefined : lineEnds[framing.lineEnd];
  return events.map((event, index) => {
    if (typeof event.data !== 'string') return event;
    let text = event.data;
    if (isSse && framing.tight === true) text = text.replace(/^(\w+): /gm, '$1:');
    if (isSse && framing.comments === true) text = `: the simulator is still here\n\n${text}`;
    if (framing.openEnd === true && index === events.length - 1) text = text.trimEnd();
    if (lineEnd !== undefined) text = text.replaceAll(/\r?\n/g, lineEnd);
    return { ...event, data: framing.byteOrderMark === true && index === 0 ? `\ufeff${text}` : text };
  });
}
