import { Writable } from 'node:stream';
import { LatticeError, type Logger } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosen, generated } from './__fixtures__/secret-lines.ts';
import { createLogger, type LoggerOptions } from './index.ts';

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

function logged(options: LoggerOptions, write: (logger: Logger) => void): readonly Line[] {
  const chunks: string[] = [];
  const destination = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  write(createLogger({ ...options, destination }));
  return chunks
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

describe('createLogger', () => {
  it('writes one line of JSON with level, ISO time, base fields, fields and message', () => {
    const [line] = logged({ base: { service: 'gateway' } }, (logger) =>
      logger.info({ requestId: 'r1', n: 2n ** 60n }, 'done'),
    );
    expect(line).toMatchObject({ level: 'info', service: 'gateway', requestId: 'r1', msg: 'done' });
    expect(new Date(line?.time ?? '').toISOString()).toBe(line?.time);
  });

  it('writes from its level on', () => {
    const lines = logged({ level: 'warn' }, (logger) => {
      logger.debug({}, 'a');
      logger.info({}, 'b');
      logger.warn({}, 'c');
      logger.error({}, 'd');
      logger.fatal({}, 'e');
    });
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'error', 'fatal']);
    expect(logged({ level: 'silent' }, (logger) => logger.fatal({}, 'x'))).toEqual([]);
  });

  it('hands the fields of a child down', () => {
    const [line] = logged({}, (logger) =>
      logger.child({ requestId: 'r1' }).child({ attempt: 2 }).info({ model: 'm' }, 'x'),
    );
    expect(line).toMatchObject({ requestId: 'r1', attempt: 2, model: 'm' });
  });

  it('removes secrets from messages, fields, children, nested JSON and errors', () => {
    const error = new LatticeError('LATTICE_AUTHENTICATION', `no key ${generated}: password=${chosen}`, {
      cause: new Error(`https://u:${chosen}@h`),
    });
    const lines = logged({}, (logger) => {
      logger.info({}, `Authorization: Bearer ${generated}`);
      logger.info({ body: JSON.stringify({ a: JSON.stringify({ apiKey: generated }) }) }, 'body');
      logger.child({ token: generated }).info({ headers: { 'x-api-key': generated } }, 'x');
      logger.error({ err: error, failure: error }, 'failed');
    });
    expect(lines).toHaveLength(4);
    const text = JSON.stringify(lines);
    expect(text).not.toContain(chosen);
    expect(text).not.toContain(`Bearer ${generated}`);
    expect(text).not.toContain(`:"${generated}`);
    expect(lines[3]).toMatchObject({
      err: { code: 'LATTICE_AUTHENTICATION', cause: { message: 'https://u:[REDACTED]@h' } },
      failure: { name: 'LatticeError' },
    });
  });

  it('does not log what a model had answered before an error', () => {
    const partial = { text: 'the model said this' } as never;
    const [line] = logged({}, (logger) =>
      logger.error({ err: new LatticeError('LATTICE_STREAM_INTERRUPTED', 'cut', { partial }) }, 'x'),
    );
    expect(JSON.stringify(line)).not.toContain('the model said this');
  });

  it('keeps every entry one line, and its level and time its own, whatever a user sends', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 4 }),
        fc.string({ unit: 'binary' }),
        (fields, message) => {
          const [line, ...rest] = logged({}, (logger) =>
            logger.info({ ...fields, level: 'fatal', time: 'never' }, message),
          );
          expect(rest).toEqual([]);
          expect(line).toMatchObject({ level: 'info', level_: 'fatal', time_: 'never' });
        },
      ),
    );
  });

  it('writes the plain fields of a request as it writes any others', () => {
    const flat = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
    const record = fc.dictionary(fc.string({ unit: 'binary' }), flat, { maxKeys: 3, noNullPrototype: true });
    const value = fc.oneof(flat, record, fc.array(fc.oneof(flat, record), { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value, { maxKeys: 4 }), flat, (fields, bound) => {
        const [plain, mixed] = logged({ base: { bound } }, (logger) => {
          logger.child({ child: 1 }).info(fields, 'x');
          logger.child({ child: 1 }).info({ ...fields, nested: new Map() }, 'x');
        });
        expect({ ...plain, time: '', nested: {} }).toEqual({ ...mixed, time: '' });
        const keys = Object.keys(mixed ?? {}).filter((key) => key !== 'nested');
        expect(Object.keys(plain ?? {})).toEqual(keys);
      }),
    );
  });

  it('writes no character that a terminal acts on or that hides text', () => {
    const chunks: string[] = [];
    const destination = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const hostile = 'a\r\n{"level":"fatal"}\u001b[2J\u009b2J\u007f\u0085\u2028\u2029\u202e\u200b\ufeff';
    createLogger({ destination }).info({ [hostile]: hostile }, hostile);
    const text = chunks.join('');
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(/^[\u0020-\u007e]*\n$/.test(text)).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ msg: hostile, [hostile]: hostile });
  });

  it('survives what cannot be rendered', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const [line] = logged({}, (logger) => logger.info({ circle, nothing: undefined, map: new Map(), no: NaN }, 'x'));
    expect(line).toMatchObject({ circle: { self: '[Circular]' }, no: null });
  });

  it('flushes once the destination has taken all, and does not wait for one that is gone', async () => {
    const taken: string[] = [];
    const slow = new Writable({
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          taken.push(chunk.toString());
          done();
        });
      },
    });
    const logger = createLogger({ destination: slow });
    logger.info({}, 'one');
    logger.info({}, 'two');
    await logger.flush();
    expect(taken.filter((chunk) => chunk !== '')).toHaveLength(2);
    slow.destroy();
    await logger.flush();
    await createLogger({ level: 'silent' }).flush();
  });
});
