/** Counts of labels and of what they were taken for. */
export class ConfusionCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(label: string, told: string, weight: number): void {
    const row = this.#counts.get(label) ?? new Map<string, number>();
    this.#counts.set(label, row);
    row.set(told, (row.get(told) ?? 0) + weight);
  }

  /** The share of right ones. */
  accuracy(): number {
    let [right, all] = [0, 0];
    for (const [label, row] of this.#counts) {
      right += row.get(label) ?? 0;
      for (const count of row.values()) all += count;
    }
    return right / all;
  }

  /** The mean over the labels that occur of 2 x right / (2 x right + wrongly told + missed). */
  macroF1(): number {
    const told = new Map<string, number>();
    const labelled = new Map<string, number>();
    for (const [label, row] of this.#counts) {
      for (const [kind, count] of row) {
        told.set(kind, (told.get(kind) ?? 0) + count);
        labelled.set(label, (labelled.get(label) ?? 0) + count);
      }
    }
    const present = [...labelled].filter(([, count]) => count > 0);
    const f1 = present.map(([label, count]) => {
      const right = this.#counts.get(label)?.get(label) ?? 0;
      return (2 * right) / (count + (told.get(label) ?? 0));
    });
    return f1.reduce((sum, one) => sum + one, 0) / f1.length;
  }

  toJSON(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries([...this.#counts].map(([label, row]) => [label, Object.fromEntries(row)]));
  }
}
