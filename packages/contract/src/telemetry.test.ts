import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conventionalProviderName,
  formatTraceparent,
  metricDefinitions,
  metricNames,
  parseTraceparent,
  traceFields,
} from './index.ts';

const hex = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));

describe('traceparent', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
        const context = { traceId, spanId, isSampled };
        expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
      }),
    );
  });

  it.each([
    undefined,
    '',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx: y',
    `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-${'x'.repeat(10_000)}`,
  ])('refuses %j', (header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('takes a later version with more fields', () => {
    expect(parseTraceparent('01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more')).toEqual({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      isSampled: false,
    });
  });
});

describe('names', () => {
  it('define every metric once, with buckets that rise and labels that do not repeat', () => {
    const names = Object.values(metricNames);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(metricDefinitions).toSorted()).toEqual(names.toSorted());
    for (const { kind, boundaries = [], attributes } of Object.values(metricDefinitions)) {
      expect(boundaries.length > 0).toBe(kind === 'histogram');
      expect([...new Set(boundaries)].toSorted((a, b) => a - b)).toEqual(boundaries);
      expect(new Set(attributes).size).toBe(attributes.length);
    }
  });

  it("use the conventions' name of a provider, and the id of others, whatever it is", () => {
    expect(conventionalProviderName('google')).toBe('gcp.gemini');
    expect(conventionalProviderName('openai')).toBe('openai');
    expect(conventionalProviderName('constructor')).toBe('constructor');
  });
});

describe('traceFields', () => {
  it('names the trace as OpenTelemetry does in logs, and adds nothing without one', () => {
    const context = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true };
    expect(traceFields(context)).toEqual({
      trace_id: context.traceId,
      span_id: context.spanId,
      trace_flags: '01',
    });
    expect(traceFields(null)).toEqual({});
  });
});
