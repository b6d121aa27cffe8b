import {
  attributeNames,
  metricDefinitions,
  type MetricDefinition,
  type MetricName,
  type TelemetryAttributes,
} from '@lattice-lock/contract';
import type { Attributes, Context, Meter } from '@opentelemetry/api';
import type { OtelApi } from './load-open-telemetry.ts';
import { LabelGuard } from './label-guard.ts';

interface Label {
  readonly name: string;
  readonly guard: LabelGuard;
}

interface Instrument {
  readonly labels: readonly Label[];
  write(value: number, attributes: Attributes, context: Context): void;
}

/** Writes measurements to instruments of OpenTelemetry, made as the contract defines them. */
export class MetricRecorder {
  readonly #root: Context;
  readonly #instruments: ReadonlyMap<MetricName, Instrument>;
  readonly #models: LabelGuard;

  constructor(api: OtelApi, meter: Meter, maxLabelValues: number) {
    this.#root = api.ROOT_CONTEXT;
    this.#models = new LabelGuard(maxLabelValues);
    const guards = new Map([[attributeNames.requestModel as string, this.#models]]);
    const labelOf = (name: string): Label => {
      const guard = guards.get(name) ?? new LabelGuard(maxLabelValues);
      guards.set(name, guard);
      return { name, guard };
    };
    const definitions = Object.entries(metricDefinitions) as [MetricName, MetricDefinition][];
    this.#instruments = new Map(
      definitions.map(([name, definition]) => [
        name,
        { labels: definition.attributes.map(labelOf), write: writerOf(meter, name, definition) },
      ]),
    );
  }

  /** These models keep their name as a label, whatever came before. */
  knowModels(models: Iterable<string>): void {
    this.#models.know(models);
  }

  /** A value that is no number, or below zero, is no measurement and is left out. */
  record(metric: MetricName, value: number, attributes: TelemetryAttributes | undefined): void {
    const instrument = this.#instruments.get(metric);
    if (instrument === undefined || !(value >= 0) || value === Infinity) return;
    const labels: Attributes = {};
    if (attributes !== undefined) {
      for (const { name, guard } of instrument.labels) {
        const label = attributes[name];
        if (typeof label === 'string') labels[name] = guard.admit(label);
        else if (label !== undefined) labels[name] = guard.admit(String(label));
      }
    }
    instrument.write(value, labels, this.#root);
  }
}

function writerOf(meter: Meter, name: string, definition: MetricDefinition): Instrument['write'] {
  const { kind, unit, description, boundaries } = definition;
  if (kind === 'counter') {
    const counter = meter.createCounter(name, { unit, description });
    return (value, attributes, context) => counter.add(value, attributes, context);
  }
  const advice = boundaries === undefined ? {} : { advice: { explicitBucketBoundaries: [...boundaries] } };
  const histogram = meter.createHistogram(name, { unit, description, ...advice });
  return (value, attributes, context) => histogram.record(value, attributes, context);
}
