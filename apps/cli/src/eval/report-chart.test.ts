import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from './chart-labels.ts';
import { linearScale, logarithmicScale } from './chart-scale.ts';
import { costQualityChart, type Chart } from './cost-quality-chart.ts';

const span = { from: 0, to: 100 };

describe('an axis', () => {
  it.each([
    [[0.388, 1], '0.2 0.4 0.6 0.8 1.0'],
    [[0.829, 1], '0.80 0.85 0.90 0.95 1.00'],
    [[0, 100], '0 25 50 75 100'],
    [[0.5, 0.5], '0.50 0.75'],
  ])('for %j is written at round values: %s', (values, written) => {
    const scale = linearScale(values, span);
    expect(scale.ticks.map((tick) => scale.text(tick)).join(' ')).toBe(written);
  });

  it('of costs is written at powers of ten', () => {
    const scale = logarithmicScale([0.016, 10.67], span);
    expect(scale.ticks.map((tick) => scale.text(tick))).toEqual(['0.01', '0.1', '1', '10', '100']);
    expect(scale.at(0.1)).toBe(25);
  });

  it('holds every value, in their order, between its ends', () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        for (const scale of [linearScale(values, span), logarithmicScale(values, span)]) {
          const places = values.toSorted((a, b) => a - b).map((one) => scale.at(one));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(places[0]).toBeGreaterThanOrEqual(0);
          expect(places.at(-1)).toBeLessThanOrEqual(100);
          expect(scale.ticks.length).toBeLessThan(15);
        }
      }),
    );
  });
});

describe('the names of points', () => {
  it('stand beside them, on the other side at the edge, and not on top of each other', () => {
    const points = [
      { name: 'left', x: 10, y: 50 },
      { name: 'at the right edge', x: 195, y: 100 },
      { name: 'first', x: 60, y: 10 },
      { name: 'in the same place', x: 62, y: 12 },
    ];
    const labels = placeLabels(points, { left: 0, right: 200 });
    expect(labels.map(({ text, anchor }) => [text, anchor])).toEqual([
      ['first', 'start'],
      ['left', 'start'],
      ['at the right edge', 'end'],
    ]);
  });
});

describe('a chart of models alone', () => {
  const chart: Chart = {
    title: 'Quality by cost',
    xTitle: 'cost',
    yTitle: 'score',
    xUnit: { before: '$' },
    isLogarithmic: true,
    series: [0.01, 1, 1].map((x, at) => ({
      title: `model-${at}`,
      judge: 'model',
      isLine: false,
      points: [{ x, y: 0.5 }],
    })),
  };

  it('says where the names are that it has no room for', () => {
    const svg = costQualityChart(chart);
    expect(svg.match(/class="label"/g)).toHaveLength(2);
    expect(svg.match(/<circle class="point model"/g)).toHaveLength(3);
    expect(svg).toContain('the table names those without room');
    expect(svg).toContain('>$0.1<');
  });

  it('has an axis for models that cost nothing, too', () => {
    const [one] = chart.series;
    if (one === undefined) expect.fail();
    const svg = costQualityChart({ ...chart, series: [one, { ...one, points: [{ x: 0, y: 1 }] }] });
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg).toContain('>$0.0000<');
  });
});
