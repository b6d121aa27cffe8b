import { randomUUID } from 'node:crypto';
import { createToolCall, parseToolArguments } from '@lattice-lock/contract';
import type { EmitEvent } from '@lattice-lock/provider-kit';
import { fieldsOf, textOf } from './chat-fields.ts';

interface OpenCall {
  /** The wire's own index. */
  readonly wireIndex: number;
  /** The block in the answer. */
  readonly block: number;
  id: string | null;
  /** Stands in where the wire has no id. */
  readonly spareId: string;
  name: string;
  argumentsText: string;
  isStarted: boolean;
}

/**
 * Puts tool calls together from deltas. They are merged by `index`; servers that leave out the index or the id, that
 * give every call the same index, or that send whole calls are understood too.
 */
export class ChatToolCalls {
  readonly #calls: OpenCall[] = [];
  readonly #firstBlock: number;

  /** `firstBlock`: the block index of the first call. */
  constructor(firstBlock: number) {
    this.#firstBlock = firstBlock;
  }

  get count(): number {
    return this.#calls.length;
  }

  /** Takes one element of `tool_calls`. */
  add(delta: unknown, emit: EmitEvent): void {
    const fields = fieldsOf(delta);
    const fn = fieldsOf(fields['function']);
    const id = textOf(fields['id']);
    const name = textOf(fn['name']);
    const text = argumentsTextOf(fn['arguments']);
    const call = this.#find(fields['index'], id, name, text) ?? this.#open(fields['index']);
    call.id ??= id;
    if (call.name === '' && name !== null) call.name = name;
    call.argumentsText += text;
    if (!call.isStarted && call.name !== '') {
      call.isStarted = true;
      emit({ type: 'tool-call-start', index: call.block, id: call.id ?? call.spareId, name: call.name });
      if (call.argumentsText !== '') {
        emit({ type: 'tool-call-delta', index: call.block, argumentsText: call.argumentsText });
      }
    } else if (call.isStarted && text !== '') {
      emit({ type: 'tool-call-delta', index: call.block, argumentsText: text });
    }
  }

  /** Ends every call. */
  end(emit: EmitEvent): void {
    for (const call of this.#calls) {
      const { block: index } = call;
      const {
        id,
        name,
        argumentsText,
        arguments: parsed,
      } = createToolCall(call.id ?? call.spareId, call.name, call.argumentsText);
      if (!call.isStarted) emit({ type: 'tool-call-start', index, id, name });
      emit({ type: 'tool-call-end', index, id, name, argumentsText, arguments: parsed });
    }
  }

  #find(wireIndex: unknown, id: string | null, name: string | null, text: string): OpenCall | undefined {
    const call =
      typeof wireIndex === 'number'
        ? this.#calls.findLast((known) => known.wireIndex === wireIndex)
        : id === null
          ? this.#calls.at(-1)
          : this.#calls.findLast((known) => known.id === id);
    if (call === undefined || (id !== null && call.id !== null && id !== call.id)) return undefined;
    return isAnotherCall(call, id, name, text) ? undefined : call;
  }

  #open(wireIndex: unknown): OpenCall {
    const call: OpenCall = {
      wireIndex: typeof wireIndex === 'number' ? wireIndex : this.#calls.length,
      block: this.#firstBlock + this.#calls.length,
      id: null,
      spareId: `call_${randomUUID().replaceAll('-', '')}`,
      name: '',
      argumentsText: '',
      isStarted: false,
    };
    this.#calls.push(call);
    return call;
  }
}

/** Without ids, a name where one is known already, after whole arguments or with another name, begins the next call. */
function isAnotherCall(call: OpenCall, id: string | null, name: string | null, text: string): boolean {
  if (id !== null || name === null || call.name === '') return false;
  if (name !== call.name) return true;
  return text !== '' && call.argumentsText !== '' && parseToolArguments(call.argumentsText) !== null;
}

/** Some servers send the arguments as an object instead of its text. */
function argumentsTextOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
