import { LatticeError } from '@lattice-lock/contract';
import { flippedBit } from './flipped-bit.ts';
import type { PlannedAnswer } from './planned-answer.ts';
import type { ResponseWriter } from './response-writer.ts';
import type { ServedOutcome } from './served-request.ts';
import type { Framing, SimulatorFault } from './simulator-reply.ts';
import { reframe } from './stream-framing.ts';
import type { AnswerContext, SimulatedWireCodec, WireEvent } from './wires/simulated-wire.ts';

/** One answer on its way. */
export interface Sending {
  readonly codec: SimulatedWireCodec;
  readonly answer: PlannedAnswer;
  readonly context: AnswerContext;
  readonly fault: Exclude<SimulatorFault, { type: 'status' }> | undefined;
  readonly framing: Framing | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly eventDelayMs: number;
}

/** Sends an answer, or as much of it as its fault lets through; resolves with how it ended. */
export async function sendAnswer(writer: ResponseWriter, sending: Sending): Promise<ServedOutcome> {
  const { codec, answer, context, fault } = sending;
  const isStream = context.request.stream;
  if (fault?.type === 'reset' && fault.when === 'before-headers') return reset(writer);
  if (fault?.type === 'stall' && fault.afterEvents === 'before-headers') return stall(writer);

  const contentType = isStream ? codec.streamContentType : 'application/json; charset=utf-8';
  writer.head(200, { ...sending.headers, 'content-type': contentType }, fault !== undefined);
  if (fault?.type === 'reset' && fault.when === 'before-first-event') return reset(writer);

  const events = isStream ? streamEvents(sending) : [codec.encodeBody(answer, context)];
  const whole = isStream ? wholeEvents(fault, events.length) : Infinity;
  const isBroken = isStream ? whole < Infinity : fault !== undefined && fault.type !== 'slow';
  const delayMs = fault?.type === 'slow' ? fault.delayMsPerEvent : isStream ? sending.eventDelayMs : 0;
  const sendable = isBroken && !isStream ? halves(events) : events.slice(0, whole);
  for (const event of sendable) {
    await writer.pause(delayMs);
    if (!(await writer.write(event))) return 'aborted';
  }
  if (!isBroken || fault === undefined) return end(writer, 'complete');
  const next = isStream ? events[whole] : undefined;
  if (fault.type === 'garbled' && next !== undefined) await writer.write({ data: flippedBit(next.data) });
  return breakOff(writer, sending, fault);
}

function streamEvents({ codec, answer, context, framing }: Sending): readonly WireEvent[] {
  const events = [...codec.encodeStream(answer, context)];
  if (framing === undefined) return events;
  return reframe(events, framing, codec.streamContentType.startsWith('text/event-stream'));
}

/** How many events are sent whole before the fault. */
function wholeEvents(fault: Sending['fault'], count: number): number {
  if (fault === undefined || fault.type === 'slow') return Infinity;
  if (fault.type === 'reset') return Math.ceil(count / 2);
  return fault.afterEvents === 'before-headers' ? 0 : Math.min(fault.afterEvents, count - 1);
}

/** The first half of a buffered body: it carries no usage that anybody could read. */
function halves(events: readonly WireEvent[]): readonly WireEvent[] {
  return events.map(({ data }) => ({ data: data.slice(0, Math.ceil(data.length / 2)) }));
}

async function breakOff(
  writer: ResponseWriter,
  sending: Sending,
  fault: NonNullable<Sending['fault']>,
): Promise<ServedOutcome> {
  const { codec, context, requestId } = sending;
  switch (fault.type) {
    case 'reset':
      return reset(writer);
    case 'stall':
      return stall(writer);
    case 'garbled':
      return end(writer, 'fault');
    case 'malformed':
      if (context.request.stream) await writer.write({ data: codec.malformedEvent() });
      return end(writer, 'fault');
    case 'error-event': {
      const error = new LatticeError('LATTICE_OVERLOADED', fault.message ?? 'The service is overloaded.', {
        status: 529,
      });
      if (context.request.stream) await writer.write({ data: codec.errorEvent(error, requestId) });
      return end(writer, 'fault');
    }
    default:
      return end(writer, 'cut');
  }
}

function end(writer: ResponseWriter, outcome: ServedOutcome): ServedOutcome {
  if (writer.signal.aborted) return 'aborted';
  writer.end();
  return outcome;
}

async function reset(writer: ResponseWriter): Promise<ServedOutcome> {
  await writer.reset();
  return 'fault';
}

async function stall(writer: ResponseWriter): Promise<ServedOutcome> {
  await writer.stall();
  return 'aborted';
}
