import { execFile } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { shellWords } from './shell-words.ts';

const bin = fileURLToPath(new URL('../../bin/lattice.mjs', import.meta.url));
const configured = { OPENAI_API_KEY: 'sk-test-0123456789abcdefghij' };
let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

/** What is offered at the end of a line. */
async function offered(line: string, env: Readonly<Record<string, string>> = configured): Promise<readonly string[]> {
  const { exitCode, out, err } = await runInProcess(['__complete', '--', line], { cwd: place.folder, env });
  expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: '' });
  return out
    .split('\n')
    .slice(0, -1)
    .map((one) => one.split('\t')[0] ?? '');
}

async function createKey(name: string): Promise<string> {
  const { out } = await runInProcess(['keys', 'create', '--name', name, '--json'], { cwd: place.folder });
  return (JSON.parse(out) as { id: string }).id;
}

describe('what is offered', () => {
  it.each([
    ['lattice us', ['usage']],
    ['lattice ev', ['eval']],
    ['lattice eval own.jsonl --ba', ['--baselines']],
    ['lattice --verbose us', ['usage']],
    ['lattice --data-dir us us', ['usage']],
    ['lattice keys re', ['revoke']],
    ['lattice help doc', ['doctor']],
    ['lattice completion ', ['bash', 'zsh', 'fish']],
    ['lattice usage --by ', ['model', 'provider', 'api-key', 'day', 'status']],
    ['lattice usage --by=d', ['--by=day']],
    ['lattice usage --by day --si', ['--since']],
    ['lattice usage -', expect.arrayContaining(['--by', '--csv', '--config', '--no-color', '--help'])],
    ['lattice route "my prompt" --preset "b', ['balanced', 'best']],
    ['lattice init -p open', ['openai', 'openrouter', 'openai-compatible']],
    ['lattice ask --model auto:', ['auto:cheap', 'auto:best', 'auto:fast']],
    ['lattice ask --model openai/gpt-4.1', ['openai/gpt-4.1', 'openai/gpt-4.1-mini', 'openai/gpt-4.1-nano']],
    ['lattice ask --model=openai/gpt-4.1-m', ['--model=openai/gpt-4.1-mini']],
    ['lattice models --provider anth', ['anthropic']],
    ['lattice catalog show openai/gpt-5-mi', ['openai/gpt-5-mini']],
  ])('behind %s', async (line, expected) => {
    expect(await offered(line)).toEqual(expected);
  });

  it.each([
    'lattice ask --file ',
    'lattice ask --file a.txt b',
    'lattice ask hello',
    'lattice ask -- --mod',
    'lattice nix ',
  ])('is nothing behind %s, so that the shell offers files', async (line) => expect(await offered(line)).toEqual([]));

  it('are every visible command and no hidden one', async () => {
    const commands = await offered('lattice ');
    expect(commands).toEqual(expect.arrayContaining(['ask', 'chat', 'doctor', 'init', 'completion', 'help']));
    expect(commands.filter((name) => name.startsWith('_'))).toEqual([]);
    expect((await runInProcess(['--help'])).out).not.toContain('__complete');
  });

  it('are models that can be called, and others only where none of them fits', async () => {
    const models = await offered('lattice chat -m ');
    expect(models).toEqual(expect.arrayContaining(['auto', 'auto:cheap', 'openai/gpt-4.1-mini']));
    expect(models.filter((name) => name.startsWith('anthropic/'))).toEqual([]);
    expect((await offered('lattice chat -m anthropic/claude-')).length).toBeGreaterThan(3);
    writeFileSync(place.path('lattice.yaml'), 'aliases:\n  small: openai/gpt-4.1-nano\n');
    expect(await offered('lattice chat -m sm')).toEqual(['small']);
    writeFileSync(place.path('other.yaml'), 'aliases:\n  tiny: openai/gpt-4.1-nano\n');
    expect(await offered('lattice --config other.yaml chat -m ti')).toEqual(['tiny']);
  });

  it('are the keys of the data directory; only those that live where one is to be revoked', async () => {
    expect(await offered('lattice keys revoke ')).toEqual([]);
    expect(existsSync(place.path('.lattice'))).toBe(false);
    const [old, current] = [await createKey('old'), await createKey('new')];
    await runInProcess(['keys', 'revoke', old], { cwd: place.folder });
    expect(await offered('lattice keys revoke ')).toEqual([current]);
    expect([...(await offered('lattice usage --key '))].sort()).toEqual([old, current].sort());
    const { out } = await runInProcess(['__complete', '--', 'lattice keys revoke k'], { cwd: place.folder });
    expect(out).toBe(`${current}\tnew\n`);
  });

  it('is nothing where the set-up is broken, and no error', async () => {
    writeFileSync(place.path('lattice.yaml'), 'server: [');
    expect(await offered('lattice ask --model openai/')).toEqual([]);
    expect(await offered('lattice keys revoke ')).toEqual([]);
    expect(await offered('lattice us')).toEqual(['usage']);
  });
});

describe('the words of a line', () => {
  it.each([
    ['', ['']],
    ['lattice ', ['lattice', '']],
    ['a  b', ['a', 'b']],
    [`a 'b c' "d \\"e" f\\ g`, ['a', 'b c', 'd "e', 'f g']],
    [`a 'b c`, ['a', 'b c']],
    [`a "b c\\`, ['a', 'b c']],
    [`a '' "`, ['a', '', '']],
    [`x='1 2'y`, ['x=1 2y']],
  ])('of %j', (line, words) => expect(shellWords(line)).toEqual(words));

  it('never fail, and give back what was quoted', () => {
    fc.assert(fc.property(fc.string(), (line) => shellWords(line).length > 0));
    const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (words) => {
        expect(shellWords(words.map(quote).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('the scripts', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s ask the hidden command', async (shell) => {
    const { exitCode, out, err } = await runInProcess(['completion', shell]);
    expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: '' });
    expect(out).toContain('__complete -- ');
  });

  it('refuse a shell that is not known', async () => {
    expect(await runInProcess(['completion', 'tcsh'])).toMatchObject({
      exitCode: exitCodes.usage,
      err: expect.stringContaining('bash, zsh, fish'),
    });
  });

  it('complete in a real bash, also behind the colons and equal signs at which it breaks words', async () => {
    writeFileSync(place.path('lattice'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
    chmodSync(place.path('lattice'), 0o755);
    writeFileSync(place.path('script.bash'), (await runInProcess(['completion', 'bash'])).out);
    const lines = [
      'lattice us',
      'lattice ask --model auto:c',
      'lattice ask --model=openai/gpt-4.1-m',
      `lattice ask "it's \\$(touch pwned) \`touch pwned\`" --model openai/gpt-4.1-n`,
      'lattice ask --file ',
      'lattice usage --by  --since 7d',
    ];
    const check = `
      source ./script.bash
      complete -p lattice
      while IFS= read -r COMP_LINE; do
        COMP_POINT=\${#COMP_LINE}
        [[ $COMP_LINE == *'--by  '* ]] && COMP_POINT=19
        _lattice lattice
        printf '%s\\n' "[\${COMPREPLY[*]}]"
      done`;
    const running = promisify(execFile)('bash', ['--noprofile', '--norc', '-c', check], {
      cwd: place.folder,
      env: { ...configured, PATH: `${place.folder}:${process.env['PATH'] ?? ''}`, HOME: place.folder },
    });
    running.child.stdin?.end(`${lines.join('\n')}\n`);
    const { stdout, stderr } = await running;
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      expect.stringContaining('-F _lattice lattice'),
      '[usage]',
      '[cheap]',
      '[openai/gpt-4.1-mini]',
      '[openai/gpt-4.1-nano]',
      '[]',
      '[model provider api-key day status]',
      '',
    ]);
    expect(existsSync(place.path('pwned'))).toBe(false);
  });
});
