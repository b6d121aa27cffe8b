import type { JudgeName } from './evaluation-report.ts';
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
  readonly xText: (value: number) => string;
  readonly series: readonly ChartSeries[];
}

const frame = { width: 640, height: 360, left: 60, right: 16, top: 12, bottom: 46 };

/** A chart as inline SVG; colours come from the style sheet of the page, by class. */
export function costQualityChart(chart: Chart): string {
  const all = chart.series.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const xs = scale(
    all.map(({ x }) => x),
    frame.left,
    frame.width - frame.right,
  );
  const ys = scale(
    all.map(({ y }) => y),
    frame.height - frame.bottom,
    frame.top,
  );
  return [
    `<figure><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escapeHtml(chart.title)}">`,
    `<title>${escapeHtml(chart.title)}</title>`,
    ...axis(chart, xs, ys),
    ...chart.series.map((series) => seriesShape(series, xs.at, ys.at)),
    '</svg>',
    `<figcaption>${chart.series
      .filter(({ isLine }) => isLine)
      .map(legendEntry)
      .join(' ')}</figcaption></figure>`,
  ].join('\n');
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range = high > low ? high - low : 1;
  return {
    ticks: Array.from({ length: 5 }, (_, step) => low + (range * step) / 4),
    at: (value) => Number((from + ((to - from) * (value - low)) / range).toFixed(1)),
  };
}

function axis({ xTitle, yTitle, xText }: Chart, xs: Scale, ys: Scale): readonly string[] {
  const [bottom, end] = [frame.height - frame.bottom, frame.width - frame.right];
  const middle = (frame.left + end) / 2;
  return [
    ...ys.ticks.map((tick) => {
      const y = ys.at(tick);
      return `<path class="grid" d="M${frame.left} ${y}H${end}"/><text class="tick" x="${frame.left - 6}" y="${y + 4}" text-anchor="end">${tick.toFixed(3)}</text>`;
    }),
    ...xs.ticks.map(
      (tick) =>
        `<text class="tick" x="${xs.at(tick)}" y="${bottom + 16}" text-anchor="middle">${escapeHtml(xText(tick))}</text>`,
    ),
    `<path class="axis" d="M${frame.left} ${frame.top}V${bottom}H${end}"/>`,
    `<text class="tick" x="${middle}" y="${frame.height - 8}" text-anchor="middle">${escapeHtml(xTitle)}</text>`,
    `<text class="tick" transform="translate(12 ${(frame.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(yTitle)}</text>`,
  ];
}

function seriesShape({ title, judge, points, isLine }: ChartSeries, x: Scale['at'], y: Scale['at']): string {
  const name = `<title>${escapeHtml(title)}</title>`;
  if (!isLine) {
    return points
      .map((point) => {
        const [cx, cy] = [x(point.x), y(point.y)];
        const isLeft = cx < frame.width / 2;
        const label = `<text class="label" x="${isLeft ? cx + 7 : cx - 7}" y="${cy + 4}" text-anchor="${isLeft ? 'start' : 'end'}">${escapeHtml(title)}</text>`;
        return `<circle class="point ${judge}" cx="${cx}" cy="${cy}" r="4">${name}</circle>${label}`;
      })
      .join('');
  }
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
  return `<path class="line ${judge}" d="${path}">${name}</path>`;
}

function legendEntry({ title, judge }: ChartSeries): string {
  return `<span class="entry"><svg class="swatch" viewBox="0 0 24 8" aria-hidden="true"><path class="line ${judge}" d="M0 4H24"/></svg>${escapeHtml(title)}</span>`;
}
