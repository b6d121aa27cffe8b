import type { SimulatorReply } from './simulator-reply.ts';
import type { SimulatorRequest, SimulatorWire } from './simulator-request.ts';

/** What is to be answered: queued replies first, then the responder, then the simulator's own answer. */
export class ReplyScript {
  #queue: SimulatorReply[] = [];
  #responder: ((request: SimulatorRequest) => SimulatorReply) | undefined;

  enqueue(replies: readonly SimulatorReply[]): void {
    this.#queue.push(...replies);
  }

  respondWith(responder: (request: SimulatorRequest) => SimulatorReply): void {
    this.#responder = responder;
  }

  /** Takes the reply for a request for an answer. */
  takeChat(request: SimulatorRequest): SimulatorReply {
    return this.#take('chat', request.wire, request.model) ?? this.#responder?.(request) ?? {};
  }

  /** Takes the reply for a health probe. */
  takeProbe(wire: SimulatorWire): SimulatorReply {
    return this.#take('probe', wire, undefined) ?? {};
  }

  /** Takes the reply for a request for vectors. */
  takeEmbeddings(wire: SimulatorWire, model: string): SimulatorReply {
    return this.#take('embeddings', wire, model) ?? {};
  }

  reset(): void {
    this.#queue = [];
    this.#responder = undefined;
  }

  #take(
    route: 'chat' | 'probe' | 'embeddings',
    wire: SimulatorWire,
    model: string | undefined,
  ): SimulatorReply | undefined {
    const index = this.#queue.findIndex(({ match }) => {
      if ((match?.route ?? 'chat') !== route) return false;
      if (match?.wire !== undefined && match.wire !== wire) return false;
      return match?.model === undefined || match.model === model;
    });
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }
}
