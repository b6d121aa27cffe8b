import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { systemClock } from '@lattice-lock/contract';
import { openStorage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

const model = ['--model', 'openai/gpt-4.1-mini'];
const key = 'sk-test-0123456789abcdefghij';
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(600)]);

let simulator: Simulator;
let place: Workplace;

beforeEach(async () => {
  simulator = await startSimulator({ acceptedApiKeys: [key] });
  place = createWorkplace();
});

afterEach(async () => {
  await simulator.close();
  place.remove();
});

/** The OpenAI provider is truly configured; its base URL is the simulator's. */
function ask(args: readonly string[], options: CliRunOptions = {}) {
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '', ...options.env };
  return runInProcess(['ask', ...args], { cwd: place.folder, ...options, env });
}

async function ledgerEntries() {
  const storage = await openStorage({ dataDir: place.path('.lattice') });
  try {
    return await storage.ledger.entries();
  } finally {
    await storage.close();
  }
}

describe('lattice ask', () => {
  it('streams the text alone on standard output and accounts for it on standard error and in the ledger', async () => {
    simulator.enqueue({ answer: { text: 'Because of Rayleigh.' } });
    const { exitCode, out, err } = await ask(['Why is', 'the sky blue?', ...model]);
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.ok, out: 'Because of Rayleigh.\n' });
    const [served] = simulator.served();
    expect(served).toMatchObject({
      stream: true,
      model: 'gpt-4.1-mini',
      body: { messages: [{ role: 'user', content: 'Why is the sky blue?' }] },
    });
    const [entry, ...others] = await ledgerEntries();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ usage: served?.usageReported, simulated: false, apiKeyId: null, status: 'ok' });
    const { inputTokens, outputTokens } = served?.usageReported ?? {};
    expect(err).toContain(`openai/gpt-4.1-mini · ${inputTokens} tokens in, ${outputTokens} out · $0.000`);
    expect(err).toContain(`request ${entry?.requestId}`);
    expect(err).not.toContain('simulator');
  });

  it('chooses a model by itself and explains it when asked', async () => {
    const { exitCode, out, err } = await ask(['Write a haiku about rain', '--explain']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).not.toContain('for creative');
    expect(err).toContain('creative');
    expect(simulator.served()).toHaveLength(1);
  });

  it('prints the whole answer as JSON, usage, cost and decision with it', async () => {
    const { exitCode, out, err } = await ask(['Hello', ...model, '--json']);
    const answer = JSON.parse(out) as Record<string, unknown>;
    const [served] = simulator.served();
    expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: '' });
    expect(answer).toMatchObject({
      provider: 'openai',
      simulated: false,
      usage: served?.usageReported,
      cost: {
        nanoUsd: expect.stringMatching(/^[1-9]\d*$/),
        unknownEntries: 0,
        usd: expect.stringMatching(/^0\.0000\d+$/),
      },
      decision: { requested: 'openai/gpt-4.1-mini', mode: 'explicit' },
      attempts: [{ status: 'ok' }],
    });
  });

  it('logs JSON lines on standard error after --verbose, without the key', async () => {
    const { out, err } = await ask(['Hello', ...model, '--verbose']);
    const lines = err.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('model selection');
    expect(err).not.toContain(key);
    expect(out).not.toContain('model selection');
  });

  it('asks for a whole answer after --no-stream and shows the same text', async () => {
    simulator.enqueue({ answer: { text: 'Same.' } });
    const { out } = await ask([
      'x',
      ...model,
      '--no-stream',
      '--max-tokens',
      '50',
      '--temperature',
      '0.5',
      '--system',
      'Be brief.',
    ]);
    expect(out).toBe('Same.\n');
    expect(simulator.served()[0]).toMatchObject({
      stream: false,
      chat: {
        maxOutputTokens: 50,
        temperature: 0.5,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'x' },
        ],
      },
    });
  });

  it('asks for the form of a schema file', async () => {
    const schema = {
      title: 'Person card',
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
    };
    writeFileSync(place.path('person.json'), JSON.stringify(schema));
    const { out } = await ask(['Who?', ...model, '--schema', 'person.json']);
    expect(JSON.parse(out)).toEqual({ name: expect.any(String) });
    expect(simulator.served()[0]?.chat?.responseFormat).toMatchObject({
      type: 'json-schema',
      name: 'Person_card',
      schema,
    });
    expect(await ask(['Who?', '--schema', 'none.json'])).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('tells a truncated and a refused answer from a good one', async () => {
    simulator.enqueue({ answer: { text: 'Once upon', finishReason: 'length' } });
    const cut = await ask(['Tell', ...model]);
    expect(cut).toMatchObject({ exitCode: exitCodes.ok, err: expect.stringContaining('--max-tokens') });
    simulator.enqueue({ answer: { refusal: 'I will not.' } });
    const refused = await ask(['Tell', ...model]);
    expect(refused).toMatchObject({
      exitCode: exitCodes.failed,
      out: '',
      err: expect.stringContaining('refused: I will not.'),
    });
  });
});

describe('what the prompt is made of', () => {
  it('joins words and a pipe', async () => {
    await ask(['summarise', ...model], { stdin: 'line one\nline two\n' });
    expect(simulator.served()[0]?.chat?.messages).toEqual([
      { role: 'user', content: 'summarise\n\nline one\nline two\n' },
    ]);
  });

  it('takes a pipe alone', async () => {
    await ask(['-', ...model], { stdin: 'What is 2+2?' });
    expect(simulator.served()[0]?.chat?.messages).toEqual([{ role: 'user', content: 'What is 2+2?' }]);
  });

  it('sends text files with their names, images and documents as they are', async () => {
    const pdf = Buffer.from('%PDF-1.4 not much of one');
    writeFileSync(place.path('notes.txt'), 'Zwölf Boxkämpfer');
    writeFileSync(place.path('photo.bin'), png);
    writeFileSync(place.path('paper.pdf'), pdf);
    await ask(['Look', ...model, '--file', 'notes.txt', 'photo.bin', 'paper.pdf', '--no-stream']);
    const [served] = simulator.served();
    const content = served?.chat?.messages[0]?.content;
    expect(content?.[0]).toEqual({ type: 'text', text: 'Look\n\n<file name="notes.txt">\nZwölf Boxkämpfer\n</file>' });
    expect(served?.images).toEqual([{ mediaType: 'image/png', sha256: sha256(png), bytes: png.length }]);
    expect(served?.files).toMatchObject([{ mediaType: 'application/pdf', sha256: sha256(pdf) }]);
  });

  it('takes an image from a pipe', async () => {
    await ask(['What is this?', ...model], { stdin: png });
    expect(simulator.served()[0]?.images).toMatchObject([{ sha256: sha256(png) }]);
  });

  it.each([
    ['missing.txt', /there is no such file/],
    ['no\r\nX-Injected: 1\u202e', /--file no X-Injected: 1\\u202e: there is no such file/],
    ['.', /it is a folder/],
    ['noise.bin', /binary file of a kind that models do not read/],
    ['empty.txt', /the file is empty/],
    ['big.txt', /larger than 20 MiB/],
  ])('refuses the file %s in one clear line', async (file, reason) => {
    writeFileSync(place.path('noise.bin'), Buffer.from([0, 255, 1, 2]));
    writeFileSync(place.path('empty.txt'), '');
    if (file === 'big.txt') writeFileSync(place.path('big.txt'), Buffer.alloc(21 * 1024 * 1024, 'a'));
    const { exitCode, err } = await ask(['x', '--file', file]);
    expect(exitCode).toBe(exitCodes.usage);
    expect(err).toMatch(reason);
    expect(err.trimEnd()).not.toContain('\n');
    expect(simulator.served()).toEqual([]);
  });

  it('refuses an empty prompt', async () => {
    expect(await ask([])).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('nothing to ask') });
    expect(await ask([], { stdin: ' \n' })).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('waits for a pipe that takes its time, and for a socket that "-" asks for', async () => {
    for (const [words, stdinKind] of [
      [['Sum up'], 'stream'],
      [['Sum up', '-'], 'open-ended'],
    ] as const) {
      const slow = new PassThrough();
      const clock = { ...systemClock, sleep: async () => void setImmediate(() => slow.end('the text')) };
      await ask([...words, ...model], { stdin: slow, stdinKind, clock });
      expect(simulator.served().at(-1)?.chat?.messages).toEqual([{ role: 'user', content: 'Sum up\n\nthe text' }]);
    }
  });

  it('goes on without a socket that never says anything, and says so', async () => {
    const silent = new PassThrough();
    const clock = { ...systemClock, sleep: () => Promise.resolve() };
    const { exitCode, err } = await ask(['Hello', ...model], { stdin: silent, stdinKind: 'open-ended', clock });
    expect(exitCode).toBe(exitCodes.ok);
    expect(err).toContain('going on without it');
    expect(silent.destroyed).toBe(true);
  });
});

describe('when it does not go well', () => {
  it('names near models for one that does not exist', async () => {
    const { exitCode, err } = await ask(['x', '--model', 'openai/gpt-4.1-minni']);
    expect(exitCode).toBe(exitCodes.unknownName);
    expect(err).toContain('[LATTICE_UNKNOWN_MODEL]');
    expect(err).toContain('openai/gpt-4.1-mini');
  });

  it('says how an unknown model of a known provider is let through', async () => {
    const { exitCode, err } = await ask(['x', '--model', 'grok/grok-0']);
    expect(exitCode).toBe(exitCodes.unknownName);
    expect(err).toContain('providers.xai.passthrough: true');
  });

  it('passes a rejected key on, without the key', async () => {
    const wrong = 'sk-proj-wrongwrongwrongwrongwrong';
    const { exitCode, err } = await ask(['x', ...model], { env: { OPENAI_API_KEY: wrong } });
    expect(exitCode).toBe(exitCodes.failed);
    expect(err).toMatch(/^error \[LATTICE_AUTHENTICATION\]: /);
    expect(err).not.toContain(wrong);
  });

  it('shows that another attempt is made', async () => {
    simulator.enqueue({ fault: { type: 'status', status: 500 } }, { answer: { text: 'Now.' } });
    const { exitCode, out, err } = await ask(['x', ...model]);
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.ok, out: 'Now.\n' });
    expect(err).toMatch(/openai\/gpt-4\.1-mini: .*\[LATTICE_[A-Z]+\]; again in/);
    expect(err).toContain('2 attempts');
  });

  it('keeps the text of a cut stream apart from the error, as JSON too', async () => {
    simulator.enqueue({ answer: { text: 'one two three four' }, fault: { type: 'cut', afterEvents: 3 } });
    const { exitCode, out, err } = await ask(['x', ...model]);
    expect(exitCode).toBe(exitCodes.failed);
    expect(out).toMatch(/^one[\w ]*\n$/);
    expect(err).toContain('[LATTICE_STREAM_INTERRUPTED]');
    expect(err).toMatch(/Spent: .*cost unknown · openai\/gpt-4\.1-mini/);
    simulator.enqueue({ fault: { type: 'status', status: 400 } });
    const failed = await ask(['x', ...model, '--json']);
    expect(failed.out).toBe('');
    expect(JSON.parse(failed.err)).toMatchObject({
      error: {
        code: 'LATTICE_INVALID_REQUEST',
        exitCode: exitCodes.failed,
        status: 400,
        attempts: [{ status: 'failed' }],
      },
    });
  });

  it('ends the upstream call on Ctrl-C, says what was spent, and books it', async () => {
    simulator.enqueue({ answer: { text: 'word '.repeat(50) }, fault: { type: 'stall', afterEvents: 8 } });
    const signals = new EventEmitter();
    let isPressed = false;
    const onOutput = () => {
      if (isPressed) return;
      isPressed = true;
      signals.emit('SIGINT');
      // npx passes the terminal's Ctrl-C on a second time.
      signals.emit('SIGINT');
    };
    const { exitCode, out, err } = await ask(['x', ...model], { signals, onOutput });
    expect(exitCode).toBe(exitCodes.interrupted);
    expect(out).toMatch(/^(word ?)+\n$/);
    expect(err).toMatch(/^Interrupted\.\nSpent: tokens unknown · cost unknown · openai\/gpt-4\.1-mini\n$/);
    const [served] = await simulator.whenServed(1);
    expect(served?.outcome).toBe('aborted');
    expect(await ledgerEntries()).toMatchObject([{ status: 'cancelled', costNanoUsd: null }]);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });

  it('says as JSON that it was interrupted, and by which signal', async () => {
    simulator.enqueue({ fault: { type: 'stall', afterEvents: 'before-headers' } });
    const signals = new EventEmitter();
    const run = ask(['x', ...model, '--json'], { signals });
    await expect.poll(() => signals.listenerCount('SIGTERM') > 0 && simulator.openSockets() > 0).toBe(true);
    signals.emit('SIGTERM');
    const { exitCode, out, err } = await run;
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.terminated, out: '' });
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'LATTICE_ABORTED', exitCode: exitCodes.terminated, attempts: [{ status: 'cancelled' }] },
    });
  });

  it('ends quietly, and stops paying, when the reader of the pipe leaves', async () => {
    simulator.enqueue({ answer: { text: 'word '.repeat(50) }, fault: { type: 'stall', afterEvents: 20 } });
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
      autoDestroy: false,
    });
    const { exitCode, err } = await ask(['x', ...model], { stdout: closed });
    expect({ exitCode, err }).toEqual({ exitCode: exitCodes.ok, err: '' });
    expect((await simulator.whenServed(1))[0]?.outcome).toBe('aborted');
    expect(await ledgerEntries()).toMatchObject([{ status: 'cancelled' }]);
  });
});

describe('on a terminal', () => {
  const text = 'safe \u001b[2Jand \u202esound';

  it('writes out control and direction characters of the model', async () => {
    simulator.enqueue({ answer: { text } });
    const { out } = await ask(['x', ...model], { terminalColumns: 80 });
    expect(out).toBe('safe \\x1b[2Jand \\u202esound\n');
  });

  it('leaves them to a pipe', async () => {
    simulator.enqueue({ answer: { text } });
    expect((await ask(['x', ...model])).out).toBe(`${text}\n`);
  });

  it('colours what is around the answer, unless told not to', async () => {
    expect((await ask(['x', ...model], { terminalColumns: 80 })).err).toContain('\u001b[2m');
    expect((await ask(['x', ...model, '--no-color'], { terminalColumns: 80 })).err).not.toContain('\u001b[');
  });
});

describe('without a provider', () => {
  it('the simulator answers and says so, in text and JSON', async () => {
    const run = await runInProcess(['ask', 'Hello'], { cwd: place.folder });
    expect(run.exitCode).toBe(exitCodes.ok);
    expect(run.out).toContain('simulator');
    expect(run.err).toContain('The simulator stands in: no provider is configured.');
    expect(run.err).toContain('nothing charged');
    const json = await runInProcess(['ask', 'Hello', '--json'], { cwd: place.folder });
    expect(JSON.parse(json.out)).toMatchObject({ simulated: true, decision: { simulated: true } });
    expect(await ledgerEntries()).toMatchObject([{ simulated: true }, { simulated: true }]);
  });

  it('a misspelt credential is an error, not a reason to simulate', async () => {
    const { exitCode, out, err } = await runInProcess(['ask', 'Hello'], {
      cwd: place.folder,
      env: { OPENAI_APIKEY: key },
    });
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.configuration, out: '' });
    expect(err).toContain('did you mean OPENAI_API_KEY?');
  });

  it('production refuses', async () => {
    const env = { LATTICE_ENV: 'production', LATTICE_LOCK_SECRET_KEY: 'k'.repeat(40) };
    const { exitCode, out, err } = await runInProcess(['ask', 'Hello'], { cwd: place.folder, env });
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.configuration, out: '' });
    expect(err).toContain('OPENAI_API_KEY');
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
