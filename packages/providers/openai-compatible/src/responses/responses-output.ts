import type { EmitEvent } from '@lattice-lock/provider-kit';
import { fieldsOf, itemsOf, textOf, type Fields } from '../chat/chat-fields.ts';
import { ResponsesOutputItem } from './responses-output-item.ts';

/**
 * The output items of one response. Events name them by `output_index`; servers that leave it out, that use an index
 * again, or that change an item's id on the way are understood too.
 */
export class ResponsesOutput {
  readonly #byIndex = new Map<number, ResponsesOutputItem>();
  readonly #items: ResponsesOutputItem[] = [];

  /** In the order of the answer. */
  get items(): readonly ResponsesOutputItem[] {
    return this.#items.toSorted((a, b) => a.index - b.index);
  }

  /** The item that an event is about. */
  itemOf(data: Fields): ResponsesOutputItem {
    const index = data['output_index'];
    const id = textOf(data['item_id']);
    const known = typeof index === 'number' ? this.#byIndex.get(index) : id === null ? this.#items.at(-1) : undefined;
    if (known !== undefined && (id === null || known.id === null || known.id === id)) return known;
    const byId = id === null ? undefined : this.#items.findLast((item) => item.id === id);
    return byId ?? known ?? this.#open(index);
  }

  /** The item that `output_item.added` or `.done` is about: a new one where another is whole already. */
  itemAt(data: Fields): ResponsesOutputItem {
    const raw = fieldsOf(data['item']);
    const index = data['output_index'];
    const id = textOf(raw['id']);
    const known =
      typeof index === 'number'
        ? this.#byIndex.get(index)
        : this.#items.findLast((item) => (id === null ? !item.isDone : item.id === id));
    if (known === undefined || isAnother(known, raw)) return this.#open(index);
    return known;
  }

  /** Takes the output of the response that ends the stream; it may hold items that never came. */
  settle(output: unknown, emit: EmitEvent): void {
    const claimed = new Set<ResponsesOutputItem>();
    for (const [index, value] of itemsOf(output).entries()) {
      const raw = fieldsOf(value);
      const item = this.#match(index, raw, claimed) ?? this.#open(index);
      claimed.add(item);
      item.settle(raw, emit);
    }
  }

  #match(index: number, raw: Fields, claimed: ReadonlySet<ResponsesOutputItem>): ResponsesOutputItem | undefined {
    const id = textOf(raw['id']);
    const type = textOf(raw['type']);
    const free = this.#items.filter((item) => !claimed.has(item) && (item.type ?? type) === type);
    const same = free.find((item) => id !== null && item.id === id) ?? free.find((item) => isSameCall(item, raw));
    if (same !== undefined) return same;
    const candidates = free.filter((item) => !isOtherCall(item, raw));
    return candidates.find((item) => item.index === index) ?? candidates[0];
  }

  #open(index: unknown): ResponsesOutputItem {
    const isFree = typeof index === 'number' && !this.#items.some((item) => item.index === index);
    const item = new ResponsesOutputItem(
      isFree ? index : this.#items.reduce((last, { index: known }) => Math.max(last, known), -1) + 1,
    );
    this.#items.push(item);
    this.#byIndex.set(typeof index === 'number' ? index : item.index, item);
    return item;
  }
}

function isAnother(known: ResponsesOutputItem, raw: Fields): boolean {
  const type = textOf(raw['type']);
  if (known.type !== null && type !== null && known.type !== type) return true;
  if (isOtherCall(known, raw)) return true;
  const id = textOf(raw['id']);
  return known.isDone && id !== null && known.id !== null && id !== known.id;
}

function isSameCall({ raw: known }: ResponsesOutputItem, raw: Fields): boolean {
  const callId = textOf(raw['call_id']);
  return callId !== null && textOf(known['call_id']) === callId;
}

function isOtherCall({ raw: known }: ResponsesOutputItem, raw: Fields): boolean {
  const callId = textOf(raw['call_id']);
  const knownCallId = textOf(known['call_id']);
  return callId !== null && knownCallId !== null && callId !== knownCallId;
}
