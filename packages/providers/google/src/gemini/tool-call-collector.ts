import { randomUUID } from 'node:crypto';
import { createToolCall, type JsonObject, type ToolCallPart } from '@lattice-lock/contract';
import { isObject, textOf, type EmitEvent } from '@lattice-lock/provider-kit';
import { PartialArguments } from './partial-arguments.ts';

/** How ids begin that the vendor did not give; they are not sent back to it. */
export const ownCallIdPrefix = 'gemini_call_';

interface OpenCall {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly args: PartialArguments;
}

/**
 * The calls of one answer. A call usually comes whole; Vertex AI may send its name first, then pieces of its arguments,
 * then a part without `willContinue`.
 */
export class ToolCallCollector {
  readonly #calls: { readonly index: number; readonly call: ToolCallPart }[] = [];
  #open: OpenCall | undefined;
  #count = 0;
  #answerId: string | undefined;

  /** True once a call was seen. */
  get hasCalls(): boolean {
    return this.#count > 0;
  }

  /** True when a part goes on with a call that is open instead of beginning one. */
  continues(functionCall: JsonObject): boolean {
    return this.#open !== undefined && textOf(functionCall['name']) === '';
  }

  /** Takes a `functionCall`; `index` is the place of a call that begins with it. */
  add(functionCall: JsonObject, index: number, answerId: string, emit: EmitEvent): void {
    const { args, partialArgs } = functionCall;
    if (!this.continues(functionCall)) {
      this.#close(emit);
      const name = textOf(functionCall['name']);
      const id = textOf(functionCall['id']) || this.#newId(answerId);
      this.#count += 1;
      emit({ type: 'tool-call-start', index, id, name });
      if (functionCall['willContinue'] !== true && partialArgs === undefined) {
        const call = createToolCall(id, name, argumentsTextOf(args));
        this.#calls.push({ index, call });
        emitDelta(index, call.argumentsText, emit);
        return;
      }
      this.#open = { index, id, name, args: new PartialArguments() };
    }
    if (this.#open !== undefined) {
      if (isObject(args)) this.#open.args.merge(args);
      emitDelta(this.#open.index, this.#open.args.add(partialArgs), emit);
    }
    if (functionCall['willContinue'] !== true) this.#close(emit);
  }

  /** The answer is whole: every call ends. */
  finish(emit: EmitEvent): void {
    this.#close(emit);
    for (const { index, call } of this.#calls) {
      const { id, name, argumentsText, arguments: parsed } = call;
      emit({ type: 'tool-call-end', index, id, name, argumentsText, arguments: parsed });
    }
  }

  #close(emit: EmitEvent): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { index, id, name, args } = open;
    emitDelta(index, args.end(), emit);
    this.#calls.push({ index, call: createToolCall(id, name, args.text) });
  }

  /** Made from the answer's own id, so that the same answer gives the same ids however it is sent. */
  #newId(answerId: string): string {
    this.#answerId ??= answerId.replace(/[^\w-]/g, '').slice(0, 40) || randomUUID().replaceAll('-', '');
    return `${ownCallIdPrefix}${this.#answerId}_${this.#count}`;
  }
}

function emitDelta(index: number, argumentsText: string, emit: EmitEvent): void {
  if (argumentsText !== '') emit({ type: 'tool-call-delta', index, argumentsText });
}

function argumentsTextOf(args: JsonObject[string]): string {
  if (args === undefined || args === null) return '';
  return typeof args === 'string' ? args : JSON.stringify(args);
}
