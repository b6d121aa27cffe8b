/** The shares at which a curve is known: 0, 1, ... 100 % of the prompts. */
const curvePoints = 101;

/**
 * The order in which a router would send prompts to the strong model, those that gain most by its opinion first. Prompts
 * that it holds equal share their gain evenly: the expected value of any order among them.
 */
export class GainRanking {
  readonly #order: Int32Array;
  /** Behind the last prompt of each run of equals. */
  readonly #ends: Int32Array;
  readonly #gains: Float64Array;

  /**
   * @param opinions What the router says of each prompt: the higher, the rather it goes to the strong model.
   * @param gains By how much the strong model did better, of each prompt.
   */
  constructor(opinions: ArrayLike<number>, gains: Float64Array) {
    const opinion = (at: number) => opinions[at] ?? 0;
    this.#order = Int32Array.from(gains, (_, at) => at).sort((a, b) => opinion(b) - opinion(a));
    const ends: number[] = [];
    for (let at = 1; at <= this.#order.length; at += 1) {
      const last = opinion(this.#order[at - 1] ?? 0);
      if (at === this.#order.length || opinion(this.#order[at] ?? 0) !== last) ends.push(at);
    }
    this.#ends = Int32Array.from(ends);
    this.#gains = gains;
  }

  /**
   * The gain over the weak model alone, summed over the prompts, when 0, 1, ... 100 % of them go to the strong model.
   *
   * @param weights How often each prompt counts.
   */
  curve(weights: ArrayLike<number>): Float64Array {
    let total = 0;
    for (const at of this.#order) total += weights[at] ?? 0;
    const curve = new Float64Array(curvePoints);
    let point = 1;
    let begun = 0;
    let sent = 0;
    let gained = 0;
    for (const end of this.#ends) {
      const sentBefore = sent;
      const gainedBefore = gained;
      for (let at = begun; at < end; at += 1) {
        const row = this.#order[at] ?? 0;
        const weight = weights[row] ?? 0;
        sent += weight;
        gained += weight * (this.#gains[row] ?? 0);
      }
      begun = end;
      for (; point < curvePoints && (point / 100) * total <= sent; point += 1) {
        const part = sent === sentBefore ? 1 : ((point / 100) * total - sentBefore) / (sent - sentBefore);
        curve[point] = gainedBefore + part * (gained - gainedBefore);
      }
    }
    for (; point < curvePoints; point += 1) curve[point] = gained;
    return curve;
  }
}
