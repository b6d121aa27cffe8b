/** An axis: where a value stands, and which values are written on it. */
export interface Scale {
  readonly ticks: readonly number[];
  /** In the units of the picture, to a tenth. */
  at(value: number): number;
  /** A tick with as many decimals as tell it from its neighbours. */
  text(tick: number): string;
}

/** The ends of an axis in the picture. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Steps that are read without counting: 1, 2, 2.5 and 5 times a power of ten. */
const roundSteps = [1, 2, 2.5, 5, 10] as const;
const wantedTicks = 5;

/** A scale on which equal differences are equally far apart; it begins and ends at a round value. */
export function linearScale(values: readonly number[], span: Span): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  // Closer than that they are the same, and not to be told apart in the arithmetic of the axis either.
  const isWide = high - low > 1e-6 * Math.max(Math.abs(high), Math.abs(low));
  const step = roundStep((isWide ? high - low : 1) / (wantedTicks - 1));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  const decimals = String(Number(step.toPrecision(3))).split('.')[1]?.length ?? 0;
  return {
    ticks,
    at: (value) => place((value - first * step) / ((last - first) * step), span),
    text: (tick) => tick.toFixed(decimals),
  };
}

/** A scale on which equal ratios are equally far apart, for values above 0; it begins and ends at a power of ten. */
export function logarithmicScale(values: readonly number[], span: Span): Scale {
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const last = Math.max(Math.ceil(Math.log10(Math.max(...values)) - 1e-9), first + 1);
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at)),
    at: (value) => place((Math.log10(value) - first) / (last - first), span),
    text: (tick) => tick.toFixed(Math.max(0, -Math.floor(Math.log10(tick) + 1e-9))),
  };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (roundSteps.find((step) => step * power >= least * (1 - 1e-9)) ?? 10);
}

function place(share: number, { from, to }: Span): number {
  return Number((from + (to - from) * share).toFixed(1));
}
