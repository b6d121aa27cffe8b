import { describe, expect, it } from 'vitest';
import { runInProcess } from './__fixtures__/cli-run.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';

const commands = [
  ...[
    'ask',
    'chat',
    'route',
    'feedback',
    'replay',
    'calibrate',
    'models',
    'serve',
    'keys',
    'usage',
    'doctor',
    'health',
    'init',
    'config',
    'completion',
  ],
];

describe('the command line', () => {
  it('shows help without arguments, with every command and the first steps', async () => {
    const { exitCode, out, err } = await runInProcess([]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(err).toBe('');
    for (const command of commands) expect(out).toContain(`  ${command} `);
    expect(out).toContain('lattice ask "Why is the sky blue?"');
    expect(await runInProcess(['--help'])).toMatchObject({ exitCode: exitCodes.ok, out });
  });

  it.each(commands)('has help of %s, no wider than 100 columns', async (command) => {
    const { exitCode, out } = await runInProcess(['help', command]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toContain(`lattice ${command}`);
    expect(out).toContain('--data-dir');
    expect(out).toContain(`Examples:\n  $ `);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each(['keys create', 'keys list', 'keys revoke', 'config check', 'exit-codes'])(
    'teaches %s with an example',
    async (command) => {
      const { exitCode, out } = await runInProcess([...command.split(' '), '--help']);
      expect(exitCode).toBe(exitCodes.ok);
      expect(out).toMatch(new RegExp(`Examples:\n[^]*lattice ${command === 'exit-codes' ? 'ask' : command}`));
    },
  );

  it('documents every exit code', async () => {
    const { out } = await runInProcess(['help', 'exit-codes']);
    for (const { code, meaning } of exitCodeMeanings)
      expect(out).toMatch(new RegExp(`\\b${code} {2}${meaning.slice(0, 20)}`));
    expect(new Set(exitCodeMeanings.map(({ code }) => code))).toEqual(new Set(Object.values(exitCodes)));
    expect(await runInProcess(['exit-codes'])).toMatchObject({ exitCode: exitCodes.ok, err: '' });
  });

  it('prints its version', async () => {
    expect(await runInProcess(['--version'])).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each([
    [['asj'], /Unknown command 'asj' .*ask.*See: lattice --help/],
    [['ask', '--modle', 'x'], /Unknown option '--modle' .*--model.*See: lattice ask --help/],
    [['ask', 'x', '--max-tokens', 'many'], /whole number/],
    [['ask', 'x', '--temperature', '3'], /from 0 to 2/],
    [['route', 'x', '--preset', 'quick'], /balanced, cheap, best, fast/],
    [['route', 'x', '--needs', 'smell'], /"smell" is none of vision, files, tools, json/],
    [['keys', 'revoke'], /missing required argument 'id-or-prefix'.*See: lattice keys revoke --help/i],
    [['usage', '--by', 'weather'], /model, provider, api-key, day, status/],
    [['usage', '--since', 'yesterday'], /--since "yesterday" is no time/],
  ])('refuses %j as wrong usage, in one line', async (args, message) => {
    const { exitCode, out, err } = await runInProcess(args);
    expect(exitCode).toBe(exitCodes.usage);
    expect(out).toBe('');
    expect(err).toMatch(/^error \[LATTICE_INVALID_REQUEST\]: [^\n]+\n$/);
    expect(err).toMatch(message);
  });

  it('says a command group needs a command', async () => {
    const { exitCode, err } = await runInProcess(['keys']);
    expect(exitCode).toBe(exitCodes.usage);
    expect(err).toContain('create');
  });

  it('gives errors as JSON where JSON is asked for', async () => {
    const { exitCode, out, err } = await runInProcess(['ask', 'x', '--json', '--max-tokens', '0']);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'LATTICE_INVALID_REQUEST', exitCode: exitCodes.usage } });
    expect(exitCode).toBe(exitCodes.usage);
  });
});
