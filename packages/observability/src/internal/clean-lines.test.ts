import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CleanLines, shapeOf } from './clean-lines.ts';
import { sinkLine } from './log-line.ts';

const key = `sk-ant-api03-${'aB3dE6gH9j'.repeat(9)}xyzAA`;
const access = (more: object = {}) => ({
  level: 'info',
  time: '2026-11-20T12:00:00.000Z',
  requestId: 'req_3e4897c8-5feb-4d12-b919-d9cea36c14f8',
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  durationMs: 12.5,
  model: 'openai/gpt-5-mini',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  ...more,
  msg: 'request',
});

const through = (lines: CleanLines, fields: object, clean = sinkLine) =>
  lines.through(JSON.stringify(fields), shapeOf({ ...fields }), clean);

/** A cleaner that counts how often it is asked. */
function counted() {
  const state = { asked: 0 };
  const clean = (line: string) => {
    state.asked += 1;
    return sinkLine(line);
  };
  return { state, clean };
}

describe('CleanLines', () => {
  it('asks once for lines that differ by ids, instants and numbers', () => {
    const lines = new CleanLines();
    const { state, clean } = counted();
    for (let index = 0; index < 100; index += 1) {
      const id = randomUUID();
      const hex = id.replaceAll('-', '');
      const ids = { requestId: `req_${id}`, decisionId: id, trace_id: hex, span_id: hex.slice(16) };
      const fields = access({ ...ids, durationMs: index / 8, costUsd: `0.0${index}` });
      expect(through(lines, fields, clean)).toBe(JSON.stringify(fields));
    }
    // Numbers of another length are another shape.
    expect(state.asked).toBeLessThan(20);
  });

  it.each([
    ['a model of that name', { model: key }],
    ['a path', { path: `/v1/${key}` }],
    ['another field', { error: `Bearer ${key}` }],
    ['a number where a name says it is secret', { password: 12_345_678 }],
  ])('finds a secret in %s after a thousand clean lines', (_where, secret) => {
    const lines = new CleanLines();
    for (let index = 0; index < 1000; index += 1) through(lines, access({ status: index }));
    const cleaned = sinkLine(JSON.stringify(access(secret)));
    expect(through(lines, access(secret))).toBe(cleaned);
    expect(through(lines, access(secret))).toBe(cleaned);
  });

  it('gives what the cleaner gives, whatever came before', () => {
    const text = fc.oneof(
      fc.constantFrom('gpt-5', key, '4bf92f3577b34da6a3ce929d0e0e4736', '2026-11-20T12:00:00.000Z', 'a b', '12.5'),
      fc.uuid(),
      fc.string(),
    );
    const name = fc.constantFrom('requestId', 'password', 'token', 'model', 'api_key', 'code', 'trace_id', 'pin');
    const value = fc.oneof(text, fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    const nested = fc.dictionary(name, value, { maxKeys: 2, noNullPrototype: true });
    const fields = fc.dictionary(name, fc.oneof(value, nested, fc.array(nested, { maxLength: 2 })), { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 30 }), (all) => {
        const lines = new CleanLines();
        for (const one of all) expect(through(lines, one)).toBe(sinkLine(JSON.stringify(one)));
      }),
      { numRuns: 300 },
    );
  });

  it('takes no text for several fields, and no fields for a text', () => {
    const shape = shapeOf({ a: 'x', b: 'y' });
    expect(shapeOf({ a: shape })).not.toBe(shape);
    expect(shapeOf({ a: 'x1:bq=1:y' })).not.toBe(shape);
    expect(shapeOf({ a: 12 })).not.toBe(shapeOf({ a: '12' }));
    expect(shapeOf({ a: null })).not.toBe(shapeOf({ a: 'null' }));
  });

  it('remembers a bounded number of shapes', () => {
    const lines = new CleanLines();
    const { state, clean } = counted();
    const fieldsOf = (index: number) => ({ msg: `event number ${index} of many` });
    for (let index = 0; index < 600; index += 1) through(lines, fieldsOf(index), clean);
    through(lines, fieldsOf(599), clean);
    expect(state.asked).toBe(600);
    through(lines, fieldsOf(0), clean);
    expect(state.asked).toBe(601);
  });
});
