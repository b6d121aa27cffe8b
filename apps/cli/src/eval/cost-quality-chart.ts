import type { JudgeName } from './evaluation-report.ts';
import { placeLabels, type PlacedLabel } from './chart-labels.ts';
import { linearScale, logarithmicScale, type Scale } from './chart-scale.ts';
import { escapeHtml } from './html-text.ts';

/** A line or a point of a chart; `x` and `y` in the units of the axes. */
export interface ChartSeries {
  readonly title: string;
  /** Gives it its colour. */
  readonly judge: JudgeName | 'model';
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly isLine: boolean;
}

/** What a chart says. */
export interface Chart {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** What stands around a value on the x axis: `%` for `25%`, `$` before it. */
  readonly xUnit: { readonly before?: string; readonly after?: string };
  /** For values that are thousandfold apart; values of 0 make the axis linear all the same. */
  readonly isLogarithmic?: boolean;
  readonly series: readonly ChartSeries[];
}

/** The margins have room for the large letters of narrow screens. */
const frame = { width: 640, height: 360, left: 72, right: 28, top: 14, bottom: 52 };

/** A chart as inline SVG; colours come from the style sheet of the page, by class. */
export function costQualityChart(chart: Chart): string {
  const all = chart.series.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const xValues = all.map(({ x }) => x);
  const scaleOfX = chart.isLogarithmic === true && xValues.every((x) => x > 0) ? logarithmicScale : linearScale;
  const xs = scaleOfX(xValues, { from: frame.left, to: frame.width - frame.right });
  const ys = linearScale(
    all.map(({ y }) => y),
    { from: frame.height - frame.bottom, to: frame.top },
  );
  const alone = chart.series.filter(({ isLine }) => !isLine);
  const named = alone.flatMap(({ title, points }) =>
    points.map(({ x, y }) => ({ name: title, x: xs.at(x), y: ys.at(y) })),
  );
  const labels = placeLabels(named, { left: frame.left, right: frame.width });
  const nameless = named.length - labels.length;
  return [
    `<figure><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeHtml(chart.title)}">`,
    `<title>${escapeHtml(chart.title)}</title>`,
    ...axis(chart, xs, ys),
    ...chart.series.map((series) => seriesShape(series, xs.at, ys.at)),
    ...labels.map(labelShape),
    '</svg>',
    `<figcaption>${chart.series
      .filter(({ isLine }) => isLine)
      .map(legendEntry)
      .join(' ')}${alone.length > 0 ? aloneEntry(nameless) : ''}</figcaption></figure>`,
  ].join('\n');
}

function axis({ xTitle, yTitle, xUnit }: Chart, xs: Scale, ys: Scale): readonly string[] {
  const [bottom, end] = [frame.height - frame.bottom, frame.width - frame.right];
  const middle = (frame.left + end) / 2;
  const { before = '', after = '' } = xUnit;
  return [
    ...ys.ticks.map((tick) => {
      const y = ys.at(tick);
      return `<path class="grid" d="M${frame.left} ${y}H${end}"/><text class="tick" x="${frame.left - 6}" y="${y + 4}" text-anchor="end">${ys.text(tick)}</text>`;
    }),
    ...xs.ticks.map(
      (tick) =>
        `<text class="tick" x="${xs.at(tick)}" y="${bottom + 22}" text-anchor="middle">${escapeHtml(`${before}${xs.text(tick)}${after}`)}</text>`,
    ),
    `<path class="axis" d="M${frame.left} ${frame.top}V${bottom}H${end}"/>`,
    `<text class="tick" x="${middle}" y="${frame.height - 8}" text-anchor="middle">${escapeHtml(xTitle)}</text>`,
    `<text class="tick" transform="translate(16 ${(frame.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yTitle)}</text>`,
  ];
}

function labelShape({ text, x, y, anchor }: PlacedLabel): string {
  return `<text class="label" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}

function aloneEntry(nameless: number): string {
  const dot =
    '<svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><circle class="point" cx="12" cy="4" r="4"/></svg>';
  const others = nameless === 0 ? '' : '; the table names those without room for it';
  return ` <span class="entry">${dot}a model alone${others}</span>`;
}

function seriesShape({ title, judge, points, isLine }: ChartSeries, x: Scale['at'], y: Scale['at']): string {
  const name = `<title>${escapeHtml(title)}</title>`;
  if (!isLine) {
    return points
      .map((point) => `<circle class="point ${judge}" cx="${x(point.x)}" cy="${y(point.y)}" r="4">${name}</circle>`)
      .join('');
  }
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
  return `<path class="line ${judge}" d="${path}">${name}</path>`;
}

function legendEntry({ title, judge }: ChartSeries): string {
  return `<span class="entry"><svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="line ${judge}" d="M0 4H24"/></svg>${escapeHtml(title)}</span>`;
}
