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
    if (known !== undefined && (id === null || known.id === id)) return known;
    const byId = id === null ? undefined : this.#items.findLast((item) => item.id === id);
    const item = byId ?? known ?? this.#open(index);
    item.eventId ??= id;
    return item;
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
    const raws = itemsOf(output).map(fieldsOf);
    const matches = this.#match(raws);
    for (const [index, raw] of raws.entries()) (matches[index] ?? this.#open(index)).settle(raw, emit);
  }

  /** Which known item each of the output is: by its id, else by its place, else in order of what is left. */
  #match(raws: readonly Fields[]): (ResponsesOutputItem | undefined)[] {
    const free = new Set(this.#items);
    const matches: (ResponsesOutputItem | undefined)[] = raws.map(() => undefined);
    const rules: ((item: ResponsesOutputItem, raw: Fields, index: number) => boolean)[] = [
      (item, raw) => isSameCall(item, raw) || (item.id !== null && item.id === textOf(raw['id'])),
      (item, raw, index) => item.index === index && !isOtherCall(item, raw),
      (item, raw) => !isOtherCall(item, raw),
    ];
    for (const rule of rules) {
      for (const [index, raw] of raws.entries()) {
        if (free.size === 0) return matches;
        if (matches[index] !== undefined) continue;
        const type = textOf(raw['type']);
        for (const item of free) {
          if ((item.type ?? type) !== type || !rule(item, raw, index)) continue;
          matches[index] = item;
          free.delete(item);
          break;
        }
      }
    }
    return matches;
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
