import {
  addUsage,
  formatModelRef,
  totalCost,
  type AttemptRecord,
  type CostTotal,
  type Usage,
} from '@lattice-lock/contract';
import { formatCost, formatTokens } from '../terminal/figures.ts';

interface Sum {
  readonly usage: Usage;
  readonly cost: CostTotal;
  /** Models of calls whose cost is not known, with how many. */
  readonly unknown: ReadonlyMap<string, number>;
}

/** What a conversation used: every attempt of every message, also of those that were cancelled or failed. */
export class ChatAccount {
  readonly #attempts: AttemptRecord[] = [];
  #last: readonly AttemptRecord[] = [];
  #messages = 0;

  /** Takes the attempts of one message. */
  add(attempts: readonly AttemptRecord[]): void {
    this.#messages += 1;
    this.#last = attempts;
    this.#attempts.push(...attempts);
  }

  /** Lines for people: the last answer, the whole, and what is not known. */
  lines(isSimulated: boolean): readonly string[] {
    if (this.#messages === 0) return ['Nothing was asked yet.'];
    const [last, all] = [sumOf(this.#last), sumOf(this.#attempts)];
    const messages = `${this.#messages} ${this.#messages === 1 ? 'message' : 'messages'}`;
    const calls = `${this.#attempts.length} ${this.#attempts.length === 1 ? 'call' : 'calls'}`;
    return [
      `last answer:       ${figures(last)}`,
      `this conversation: ${figures(all)} · ${messages}, ${calls}`,
      ...unknownLine(all),
      ...(isSimulated ? ['The simulator answered: these are list prices, nothing is charged.'] : []),
    ];
  }
}

function sumOf(attempts: readonly AttemptRecord[]): Sum {
  const unknown = new Map<string, number>();
  for (const { model, costNanoUsd } of attempts) {
    const name = formatModelRef(model);
    if (costNanoUsd === null) unknown.set(name, (unknown.get(name) ?? 0) + 1);
  }
  return {
    usage: addUsage(attempts.map(({ usage }) => usage)),
    cost: totalCost(attempts.map(({ costNanoUsd }) => (costNanoUsd === null ? null : BigInt(costNanoUsd)))),
    unknown,
  };
}

function figures({ usage, cost }: Sum): string {
  return `${formatTokens(usage)} · ${formatCost(cost)}`;
}

function unknownLine({ unknown, cost }: Sum): readonly string[] {
  if (unknown.size === 0) return [];
  const models = [...unknown].map(([model, count]) => `${model} (${count})`).join(', ');
  const count = cost.unknownEntries;
  return [`The cost of ${count} ${count === 1 ? 'call' : 'calls'} is unknown and not in the total: ${models}.`];
}
