import type {
  EvaluationReport,
  PairReport,
  PoolReport,
  SetReport,
  StabilityReport,
  TaskReport,
} from './evaluation-report.ts';
import { costQualityChart, type ChartSeries } from './cost-quality-chart.ts';
import { costText, intervalText, judgeTitles, percentText, setText, shareText, signedText } from './figure-text.ts';
import { escapeHtml } from './html-text.ts';
import { reportStyle } from './report-style.ts';

/** A report as one HTML file that loads nothing and runs nothing. All that others wrote is escaped. */
export function reportPage(report: EvaluationReport): string {
  const draws = report.draws === 0 ? 'no intervals' : `95 % intervals of ${report.draws} samples by cluster`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<title>Routing report</title>',
    `<style>${reportStyle}</style></head><body><main>`,
    '<h1>Routing report</h1>',
    `<p>${escapeHtml(report.tool)}, router: ${escapeHtml(report.router)}, seed ${report.seed}, ${draws}.</p>`,
    ...boundsSection(report),
    ...contents(report),
    ...report.sets.map(setSection),
    explanation,
    '</main></body></html>',
    '',
  ].join('\n');
}

const explanation = `<section><h2>How to read this</h2><p><b>APGR</b> is the share of the gap between a weak and a strong model that is recovered, averaged over the share of calls that go to the strong one; chance is 0.5 (RouteLLM, arXiv:2406.18665). <b>CPT50</b> and <b>CPT80</b> are the per cent of calls to the strong model that recover half and 80 % of the gap. <b>AIQ</b> is quality averaged over the range of costs (RouterBench, arXiv:2403.12031). Prompt length costs nothing and beats several published routers: what counts is the difference to it. The category table knows the category of every prompt and is learnt from the other folds of the same rows. Best single and cheapest are chosen with hindsight. Intervals come from a bootstrap by cluster; differences are paired.</p></section>`;

function boundsSection({ bounds }: EvaluationReport): readonly string[] {
  if (bounds.length === 0) return [];
  const rows = bounds.map(({ metric, atLeast, measured, place, met }) => [
    metric,
    String(atLeast),
    shareText(measured),
    place,
    met ? 'met' : 'missed',
  ]);
  return ['<section><h2>Bounds</h2>', table(['metric', 'at least', 'measured', 'where', ''], rows), '</section>'];
}

/** Links to the sets, where there are several. */
function contents({ sets }: EvaluationReport): readonly string[] {
  if (sets.length < 2) return [];
  const links = sets.map(({ set }, at) => `<a href="#set-${at + 1}">${escapeHtml(set)}</a>`);
  return [`<nav aria-label="Sets">${links.join(' ')}</nav>`];
}

function setSection(set: SetReport, at: number): string {
  const { pairs, pools, tasks, domains, stability, notes } = set;
  return [
    `<section id="set-${at + 1}"><h2>${escapeHtml(set.set)}</h2><p>${escapeHtml(setText(set))}.</p>`,
    ...notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`),
    ...pairs.map(pairPart),
    ...pools.map(poolPart),
    ...(tasks === null ? [] : [tasksPart(tasks)]),
    ...(domains === null
      ? []
      : [
          '<h3>Domain</h3>',
          `<p>Accuracy ${shareText(domains.accuracy)} ${intervalText(domains.accuracyInterval)}, ${domains.rows} prompts.</p>`,
        ]),
    ...(stability === null ? [] : ['<h3>The same after</h3>', stabilityTable(stability)]),
    '</section>',
  ].join('\n');
}

function stabilityTable(stability: readonly StabilityReport[]): string {
  const rows = stability.map(({ change, sameModel, sameTask, sameDomain }) => [
    change,
    shareText(sameModel),
    shareText(sameTask),
    shareText(sameDomain),
  ]);
  return table(['change', 'best model', 'task', 'domain'], rows);
}

function pairPart({ strong, weak, rows, strongQuality, weakQuality, results }: PairReport): string {
  const title = `${strong} over ${weak}`;
  const chart = costQualityChart({
    title: `Quality of ${title} by the share of calls to the strong model`,
    xTitle: 'calls to the strong model',
    yTitle: 'mean score',
    xUnit: { after: ' %' },
    series: results.map(({ judge, curve }) => ({
      title: judgeTitles[judge],
      judge,
      isLine: true,
      points: curve.map((y, x) => ({ x, y })),
    })),
  });
  const cells = results.map(({ judge, apgr, interval, cpt50, cpt80, overLength }) => [
    judgeTitles[judge],
    shareText(apgr),
    intervalText(interval),
    cpt50.toFixed(1),
    cpt80.toFixed(1),
    overLength === null ? '' : signedText(overLength.value),
    intervalText(overLength?.interval ?? null),
  ]);
  return [
    `<h3>${escapeHtml(title)}</h3>`,
    `<p>${rows} prompts; the strong model alone ${shareText(strongQuality)}, the weak one ${shareText(weakQuality)}.</p>`,
    chart,
    table(['who chooses', 'APGR', '95 %', 'CPT50', 'CPT80', 'over length', '95 %'], cells),
  ].join('\n');
}

function poolPart({ rows, models, bestSingle, oracleQuality, zeroRouterAiq, results }: PoolReport): string {
  const cells = results.map(({ judge, quality, overBestSingle, gapClosed, aiq, cost, costAtBestSingle }) => [
    judgeTitles[judge],
    shareText(quality),
    signedText(overBestSingle.value),
    intervalText(overBestSingle.interval),
    percentText(gapClosed),
    shareText(aiq),
    costText(cost),
    percentText(costAtBestSingle),
  ]);
  const zero = zeroRouterAiq === null ? '' : ` AIQ of the models mixed without a router: ${shareText(zeroRouterAiq)}.`;
  return [
    `<h3>${models.length} models</h3>`,
    `<p>${rows} prompts; best single model ${escapeHtml(bestSingle)}, oracle ${shareText(oracleQuality)}.${zero}</p>`,
    zeroRouterAiq === null ? '' : poolChart(models, results),
    table(
      ['who chooses', 'quality', 'over best', '95 %', 'gap closed', 'AIQ', 'per 1000', 'cost at best quality'],
      cells,
    ),
    table(
      ['model alone', 'quality', 'per 1000'],
      models
        .toSorted((a, b) => b.quality - a.quality || (a.cost ?? 0) - (b.cost ?? 0))
        .map(({ model, quality, cost }) => [model, shareText(quality), costText(cost)]),
    ),
  ].join('\n');
}

function poolChart(models: PoolReport['models'], results: PoolReport['results']): string {
  const at = ({ cost, quality }: { cost: number | null; quality: number }) => ({ x: 1000 * (cost ?? 0), y: quality });
  const lines = results
    .filter(({ points }) => points.length > 0)
    .map(({ judge, points }): ChartSeries => ({
      title: judgeTitles[judge],
      judge,
      isLine: true,
      points: points.map(at).sort((a, b) => a.x - b.x || a.y - b.y),
    }));
  const alone = models.map((one): ChartSeries => ({
    title: one.model,
    judge: 'model',
    isLine: false,
    points: [at(one)],
  }));
  return costQualityChart({
    title: 'Quality by cost',
    xTitle: 'US dollars per 1000 prompts',
    yTitle: 'mean score',
    xUnit: { before: '$' },
    isLogarithmic: true,
    series: [...lines, ...alone],
  });
}

function tasksPart(tasks: TaskReport): string {
  const { rows, accuracy, accuracyInterval, macroF1, macroF1Interval, majority, sources, confusion } = tasks;
  const kinds = [
    ...new Set([...Object.keys(confusion), ...Object.values(confusion).flatMap((row) => Object.keys(row))]),
  ];
  const counts = Object.entries(confusion).map(([label, row]) => [
    label,
    ...kinds.map((kind) => String(row[kind] ?? '')),
  ]);
  return [
    `<h3>Task kinds</h3><p>${rows} prompts; saying the most frequent kind always gets ${shareText(majority)}.</p>`,
    table(
      ['', 'value', '95 %'],
      [
        ['accuracy', shareText(accuracy), intervalText(accuracyInterval)],
        ['macro-F1', shareText(macroF1), intervalText(macroF1Interval)],
      ],
    ),
    sources.length < 2
      ? ''
      : table(
          ['source', 'prompts', 'accuracy'],
          sources.map((one) => [one.source, String(one.rows), shareText(one.accuracy)]),
        ),
    '<p>How often a label (row) was taken for a kind (column):</p>',
    table(['', ...kinds], counts, 'matrix'),
  ].join('\n');
}

/** A table without the columns in which nothing stands; `matrix` marks where a row meets the column of its name. */
function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  kind: 'plain' | 'matrix' = 'plain',
): string {
  const isShown = (column: number) => column === 0 || rows.some((row) => !['', '-'].includes(row[column] ?? ''));
  const shown = titles.map((_, column) => column).filter((column) => kind === 'matrix' || isShown(column));
  const head = shown.map((column) => `<th scope="col">${escapeHtml(titles[column] ?? '')}</th>`).join('');
  const body = rows.map((row) => {
    const [name = ''] = row;
    const isTested = name === judgeTitles.router ? ' class="tested"' : '';
    const cells = shown.slice(1).map((column) => {
      const isHit = kind === 'matrix' && titles[column] === name ? ' class="hit"' : '';
      return `<td${isHit}>${escapeHtml(row[column] ?? '')}</td>`;
    });
    return `<tr${isTested}><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  const opening = kind === 'matrix' ? '<table class="matrix">' : '<table>';
  return `<div class="wide">${opening}<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
