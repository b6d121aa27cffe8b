import { execFile } from 'node:child_process';
import { attributeNames, metricDefinitions, metricNames, type MetricName } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { readPrometheusText, type Family } from './__fixtures__/prometheus-text.ts';
import { createTelemetry, prometheusContentType, type OpenTelemetry, type TelemetryOptions } from './index.ts';

const opened: OpenTelemetry[] = [];

async function open(options: TelemetryOptions = {}): Promise<OpenTelemetry> {
  const telemetry = await createTelemetry(options);
  opened.push(telemetry);
  return telemetry;
}

async function scrape(telemetry: OpenTelemetry): Promise<ReadonlyMap<string, Family>> {
  const { families, faults } = readPrometheusText(await telemetry.prometheus());
  expect(faults).toEqual([]);
  return families;
}

/** Every metric once, with every label, and values that need escaping. */
function recordAll(telemetry: OpenTelemetry): void {
  const values: Record<string, string | number> = { [attributeNames.httpStatus]: 200 };
  for (const [name, { attributes }] of Object.entries(metricDefinitions) as [
    MetricName,
    (typeof metricDefinitions)[MetricName],
  ][]) {
    const labels = Object.fromEntries(attributes.map((label) => [label, values[label] ?? `a"b\\c\nd ${label}`]));
    telemetry.record(name, 0.5, labels);
  }
}

function promtool(text: string): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve) => {
    const child = execFile('promtool', ['check', 'metrics'], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(text);
  });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((telemetry) => telemetry.shutdown()));
});

describe('metrics', () => {
  it('are kept in the buckets of the conventions, with their labels', async () => {
    const telemetry = await open();
    const labels = { [attributeNames.operationName]: 'chat', [attributeNames.requestModel]: 'm' };
    telemetry.record(metricNames.operationDuration, 0.03, labels);
    telemetry.record(metricNames.operationDuration, 100, labels);
    telemetry.record(metricNames.tokenUsage, 20, { ...labels, [attributeNames.tokenType]: 'input' });
    telemetry.record(metricNames.costNanoUsd, 5, labels);
    telemetry.record(metricNames.costNanoUsd, 7, labels);
    const families = await scrape(telemetry);
    const duration = families.get('gen_ai_client_operation_duration');
    expect(duration?.type).toBe('histogram');
    const buckets = duration?.samples.filter(({ name }) => name.endsWith('_bucket')) ?? [];
    expect(buckets.map(({ labels: { le } }) => le)).toEqual(
      '0.01 0.02 0.04 0.08 0.16 0.32 0.64 1.28 2.56 5.12 10.24 20.48 40.96 81.92 +Inf'.split(' '),
    );
    expect(buckets.map(({ value }) => value)).toEqual([0, 0, ...Array.from({ length: 12 }, () => 1), 2]);
    expect(buckets[0]?.labels).toEqual({
      gen_ai_operation_name: 'chat',
      gen_ai_request_model: 'm',
      le: '0.01',
    });
    expect(families.get('gen_ai_client_token_usage')?.samples.map(({ labels: { le } }) => le)).toContain('67108864');
    expect(families.get('lattice_cost_total')?.samples).toMatchObject([{ value: 12 }]);
    expect(families.get('target_info')?.samples).toMatchObject([{ labels: { service_name: 'lattice-lock' } }]);
  });

  it('are all written as Prometheus reads them, whatever the labels hold', async () => {
    const telemetry = await open();
    expect(await telemetry.prometheus()).toMatch(/\n$/);
    recordAll(telemetry);
    const families = await scrape(telemetry);
    expect(families.size).toBe(Object.keys(metricDefinitions).length + 1);
    expect(families.get('lattice_attempt_failures_total')?.samples[0]?.labels).toMatchObject({
      error_type: 'a"b\\c\nd error.type',
    });
    expect(families.get('http_server_request_duration')?.samples[0]?.labels).toMatchObject({
      http_response_status_code: '200',
    });
    expect(prometheusContentType).toContain('version=0.0.4');
  });

  it('pass promtool', async ({ skip }) => {
    const telemetry = await open();
    recordAll(telemetry);
    const { code, output } = await promtool(await telemetry.prometheus());
    skip(
      code === 'ENOENT' && process.env['LATTICE_REQUIRE_PROMTOOL'] !== '1',
      'promtool is not installed (Debian package: prometheus)',
    );
    expect({ code, output }).toEqual({ code: 0, output: '' });
    const planted = await promtool('a_total{x="1} 2\n');
    expect(planted.code).not.toBe(0);
  });

  it('do not grow with what clients send: known models keep their name, others up to the bound', async () => {
    const telemetry = await open({ knownModels: ['late-but-known'], maxLabelValues: 3 });
    for (let index = 0; index < 5000; index += 1) {
      telemetry.record(metricNames.costNanoUsd, 1, { [attributeNames.requestModel]: `random-${index}` });
    }
    telemetry.record(metricNames.costNanoUsd, 1, { [attributeNames.requestModel]: 'x'.repeat(5000) });
    telemetry.record(metricNames.costNanoUsd, 1, { [attributeNames.requestModel]: 'late-but-known' });
    const samples = (await scrape(telemetry)).get('lattice_cost_total')?.samples ?? [];
    expect(samples.map(({ labels, value }) => [labels['gen_ai_request_model'], value])).toEqual([
      ['random-0', 1],
      ['random-1', 1],
      ['random-2', 1],
      ['_other', 4998],
      ['late-but-known', 1],
    ]);
    telemetry.addKnownModels(['learnt-later']);
    telemetry.record(metricNames.costNanoUsd, 1, { [attributeNames.requestModel]: 'learnt-later' });
    expect(await telemetry.prometheus()).toContain('lattice_cost_total{gen_ai_request_model="learnt-later"} 1\n');
  });

  it('take only the labels that the contract names, and only measurements', async () => {
    const telemetry = await open();
    telemetry.record(metricNames.costNanoUsd, 1, { [attributeNames.requestId]: 'req-1', secret: 'x' });
    for (const value of [NaN, -1, Infinity]) telemetry.record(metricNames.costNanoUsd, value);
    telemetry.record('constructor' as MetricName, 1);
    expect((await scrape(telemetry)).get('lattice_cost_total')?.samples).toEqual([
      { name: 'lattice_cost_total', labels: {}, value: 1 },
    ]);
  });

  it('of two instances do not mix; scrapes at once are one; none after the end', async () => {
    const [one, two] = [await open(), await open()];
    one.record(metricNames.costNanoUsd, 1);
    const [first, second] = await Promise.all([one.prometheus(), one.prometheus()]);
    expect(first).toBe(second);
    expect(await two.prometheus()).not.toContain('lattice_cost');
    one.record(metricNames.costNanoUsd, 1);
    expect(await one.prometheus()).toContain('lattice_cost_total 2');
    await one.shutdown();
    await expect(one.prometheus()).rejects.toMatchObject({ code: 'LATTICE_CLOSED' });
    one.record(metricNames.costNanoUsd, 1);
  });
});
