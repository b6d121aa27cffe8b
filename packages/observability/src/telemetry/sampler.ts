import { LatticeError } from '@lattice-lock/contract';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { OtelTrace } from './load-open-telemetry.ts';

/**
 * The sampler of an option or of `OTEL_TRACES_SAMPLER`
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Without either, traces that begin
 * here are recorded, and those that come in keep their sender's decision.
 *
 * @throws LatticeError `LATTICE_CONFIG` for a ratio that is none and for an unknown sampler
 */
export function createSampler(trace: OtelTrace, sampleRatio: number | undefined): Sampler {
  if (sampleRatio !== undefined) return parentBased(trace, ratioSampler(trace, sampleRatio, 'sampleRatio'));
  const name = process.env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const ratio = () =>
    ratioSampler(trace, Number(process.env['OTEL_TRACES_SAMPLER_ARG'] || 1), 'OTEL_TRACES_SAMPLER_ARG');
  switch (name) {
    case 'always_on':
      return new trace.AlwaysOnSampler();
    case 'always_off':
      return new trace.AlwaysOffSampler();
    case 'traceidratio':
      return ratio();
    case 'parentbased_always_on':
      return parentBased(trace, new trace.AlwaysOnSampler());
    case 'parentbased_always_off':
      return parentBased(trace, new trace.AlwaysOffSampler());
    case 'parentbased_traceidratio':
      return parentBased(trace, ratio());
    default:
      throw new LatticeError(
        'LATTICE_CONFIG',
        `OTEL_TRACES_SAMPLER is "${name}"; it can be always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio.`,
      );
  }
}

function parentBased(trace: OtelTrace, root: Sampler): Sampler {
  return new trace.ParentBasedSampler({ root });
}

function ratioSampler(trace: OtelTrace, ratio: number, source: string): Sampler {
  if (ratio >= 0 && ratio <= 1) return new trace.TraceIdRatioBasedSampler(ratio);
  throw new LatticeError('LATTICE_CONFIG', `${source} is a share of traces, 0 to 1; it is ${String(ratio)}.`);
}
