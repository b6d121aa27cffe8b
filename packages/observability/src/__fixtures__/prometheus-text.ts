/** One line of values. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its lines. */
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const namePattern = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const samplePattern = new RegExp(`^(${namePattern})(?:\\{(.*)\\})? (\\S+)$`);
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4 strictly
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format) and returns what is wrong with it:
 * lines of no known form, families twice or without type, series twice, histograms whose buckets do not add up.
 */
export function readPrometheusText(text: string): { families: ReadonlyMap<string, Family>; faults: readonly string[] } {
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const faults: string[] = text.endsWith('\n') ? [] : ['the last line has no line end'];
  const series = new Set<string>();
  for (const line of text.split('\n')) {
    const comment = new RegExp(`^# (HELP|TYPE) (${namePattern}) (.+)$`).exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      const family = families.get(name) ?? { type: '', help: '', samples: [] };
      if (family.samples.length > 0 || (kind === 'TYPE' && family.type !== '')) faults.push(`${name} comes twice`);
      families.set(name, kind === 'TYPE' ? { ...family, type: rest } : { ...family, help: rest });
      continue;
    }
    if (line === '' || line.startsWith('#')) continue;
    const sample = readSample(line);
    if (sample === null) {
      faults.push(`not a sample: ${line}`);
      continue;
    }
    const family = families.get(sample.name) ?? families.get(sample.name.replace(/_(bucket|sum|count)$/, ''));
    if (family === undefined || family.type === '') faults.push(`no type before ${line}`);
    else family.samples.push(sample);
    const identity = JSON.stringify([sample.name, Object.entries(sample.labels).toSorted()]);
    if (series.has(identity)) faults.push(`series twice: ${line}`);
    series.add(identity);
  }
  for (const [name, family] of families) {
    if (family.help === '') faults.push(`${name} has no help`);
    if (family.type === 'histogram') faults.push(...histogramFaults(name, family.samples));
    if (family.type === 'counter' && !name.endsWith('_total')) faults.push(`${name} is a counter and not a _total`);
  }
  return { families, faults };
}

function readSample(line: string): Sample | null {
  const match = samplePattern.exec(line);
  if (match === null) return null;
  const [, name = '', labelText = '', valueText = ''] = match;
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  while (labelPattern.lastIndex < labelText.length) {
    const label = labelPattern.exec(labelText);
    if (label === null) return null;
    const [, key = '', value = ''] = label;
    if (key in labels) return null;
    labels[key] = value.replace(/\\(["\\n])/g, (_whole, char: string) => (char === 'n' ? '\n' : char));
  }
  const value = valueText === '+Inf' ? Infinity : Number(valueText);
  return Number.isNaN(value) ? null : { name, labels, value };
}

function histogramFaults(name: string, samples: readonly Sample[]): readonly string[] {
  const groups = new Map<string, { buckets: [number, number][]; count: number; hasSum: boolean }>();
  for (const { name: sampleName, labels, value } of samples) {
    const { le, ...rest } = labels;
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { buckets: [], count: NaN, hasSum: false };
    groups.set(key, group);
    if (sampleName.endsWith('_bucket')) group.buckets.push([le === '+Inf' ? Infinity : Number(le), value]);
    else if (sampleName.endsWith('_count')) group.count = value;
    else group.hasSum = true;
  }
  return [...groups].flatMap(([key, { buckets, count, hasSum }]) => {
    const isRising = buckets.every(([bound, value], index) => {
      const previous = buckets[index - 1];
      return previous === undefined || (previous[0] < bound && previous[1] <= value);
    });
    const last = buckets.at(-1);
    const isWhole = last?.[0] === Infinity && last[1] === count && hasSum;
    return isRising && isWhole ? [] : [`${name} ${key}: buckets, count and sum do not agree`];
  });
}
