import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Runs a module in a process of its own, where the names of all modules that were loaded are in `loaded`. */
async function inProcess(code: string, hidden = ''): Promise<unknown> {
  const hooks = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(specifier, context, next) {
      if (specifier === ${JSON.stringify(hidden)}) {
        throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
      }
      const found = next(specifier, context);
      loaded.push(found.url);
      return found;
    } });`;
  const { stdout } = await run(process.execPath, [
    '--conditions=@lattice-lock/source',
    '--input-type=module',
    '-e',
    `${hooks}\n${code}`,
  ]);
  return JSON.parse(stdout) as unknown;
}

const door = `const { createLogger, createTelemetry, redact } = await import('@lattice-lock/observability');`;
const packagesLoaded = `console.log(JSON.stringify([...new Set(loaded.flatMap((url) =>
  /node_modules\\/(@opentelemetry\\/[^/]+)\\//.exec(url)?.[1] ?? []))].toSorted()));`;

describe('OpenTelemetry', () => {
  it('is not loaded by the package, its logger and its redaction', async () => {
    const code = `${door} createLogger({ level: 'silent' }).info({}, 'x'); redact('x'); ${packagesLoaded}`;
    expect(await inProcess(code)).toEqual([]);
  });

  it('is loaded when telemetry is created, and only what the options need', async () => {
    const spans = await inProcess(`${door} await createTelemetry({ keepSpans: 1, metrics: false }); ${packagesLoaded}`);
    expect(spans).toEqual(expect.arrayContaining(['@opentelemetry/api', '@opentelemetry/sdk-trace']));
    expect(spans).not.toEqual(expect.arrayContaining(['@opentelemetry/sdk-metrics']));
    const metrics = await inProcess(`${door} await createTelemetry(); ${packagesLoaded}`);
    expect(metrics).toEqual(expect.arrayContaining(['@opentelemetry/sdk-metrics']));
    expect(metrics).not.toEqual(expect.arrayContaining(['@opentelemetry/sdk-trace']));
    expect(await inProcess(`${door} await createTelemetry({ metrics: false }); ${packagesLoaded}`)).toEqual([]);
  });

  it.each([
    ['@opentelemetry/sdk-trace', `{ keepSpans: 1, metrics: false }`],
    ['@opentelemetry/exporter-trace-otlp-http', `{ otlpEndpoint: 'http://127.0.0.1:1', metrics: false }`],
    ['@opentelemetry/exporter-prometheus', `{}`],
  ])('that is not installed (%s) is named, with what to run', async (name, options) => {
    const code = `${door} await createTelemetry(${options}).catch(({ code, message }) =>
      console.log(JSON.stringify({ code, message })));`;
    expect(await inProcess(code, name)).toEqual({
      code: 'LATTICE_CONFIG',
      message: expect.stringMatching(
        new RegExp(`Cannot find package '${name}'.*npm install @opentelemetry/api .*${name}`),
      ) as string,
    });
  });
});
