import type { ExampleText } from './example-index.ts';
import type { ZoneReader } from './zone-features.ts';

/** Examples by the places of their hashed vectors, so that only what is not 0 on both sides is multiplied. */
export class PlaceIndex {
  /** From where to where each place stands in the two columns behind. */
  readonly #starts: Int32Array;
  readonly #examples: Int32Array;
  readonly #values: Float32Array;
  readonly #scales: Float32Array;
  readonly #bias: number;

  constructor(examples: readonly ExampleText[], reader: ZoneReader, bias: number) {
    this.#bias = bias;
    this.#scales = new Float32Array(examples.length);
    const entries: { readonly example: number; readonly place: number; readonly value: number }[] = [];
    for (const [example, { text }] of examples.entries()) {
      reader.read(text);
      for (let at = 0; at < reader.touchedCount; at += 1) {
        const place = reader.touched[at] ?? 0;
        entries.push({ example, place, value: reader.vector[place] ?? 0 });
      }
      this.#scales[example] = reader.squares === 0 ? 0 : reader.squares ** -bias;
    }
    entries.sort((a, b) => a.place - b.place || a.example - b.example);
    this.#examples = Int32Array.from(entries, ({ example }) => example);
    this.#values = Float32Array.from(entries, ({ value }) => value);
    const starts = new Int32Array(reader.dimensions + 1);
    for (const { place } of entries) starts[place + 1] = (starts[place + 1] ?? 0) + 1;
    for (let place = 0; place < reader.dimensions; place += 1) {
      starts[place + 1] = (starts[place + 1] ?? 0) + (starts[place] ?? 0);
    }
    this.#starts = starts;
  }

  /** Writes how alike the vector that was read is to that of each example; about -1 to 1, see `exampleBias`. */
  score({ vector, touched, touchedCount, squares }: ZoneReader, alike: Float32Array): void {
    alike.fill(0);
    if (squares === 0) return;
    const starts = this.#starts;
    const examples = this.#examples;
    const values = this.#values;
    for (let at = 0; at < touchedCount; at += 1) {
      const place = touched[at] ?? 0;
      const value = vector[place] ?? 0;
      const end = starts[place + 1] ?? 0;
      for (let index = starts[place] ?? 0; index < end; index += 1) {
        const example = examples[index] ?? 0;
        alike[example] = (alike[example] ?? 0) + value * (values[index] ?? 0);
      }
    }
    const scale = squares ** (this.#bias - 1);
    const scales = this.#scales;
    for (let at = 0; at < alike.length; at += 1) alike[at] = (alike[at] ?? 0) * (scales[at] ?? 0) * scale;
  }
}
