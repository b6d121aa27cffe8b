import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { openStorage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, typing, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

const model = ['--model', 'openai/gpt-4.1-mini'];
const key = 'sk-test-0123456789abcdefghij';
const [enter, ctrlC, up] = ['\r', '\u0003', '\u001b[A'];

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

function chat(args: readonly string[], options: CliRunOptions = {}) {
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '', ...options.env };
  return runInProcess(['chat', ...args], { cwd: place.folder, ...options, env });
}

/** A conversation from a pipe, one line after the other. */
function pipe(lines: readonly string[], args: readonly string[] = model) {
  return chat(args, { stdin: `${lines.join('\n')}\n` });
}

/** A conversation at a terminal: keys for each prompt. A prompt is open once the terminal was told to mark pastes. */
function atTerminal(keys: readonly string[], more: CliRunOptions = {}) {
  const person = typing(keys, (screen) => screen.split('\u001b[?2004h').length - 1);
  const onOutput = (screen: string) => {
    person.onOutput(screen);
    more.onOutput?.(screen);
  };
  return chat([...model, '--no-color'], { ...person, ...more, onOutput });
}

function said(request: number) {
  return simulator.served()[request]?.chat?.messages;
}

async function ledgerEntries() {
  const storage = await openStorage({ dataDir: place.path('.lattice') });
  try {
    return await storage.ledger.entries();
  } finally {
    await storage.close();
  }
}

describe('lattice chat from a pipe', () => {
  it('answers each line, knows what was said before, and books every answer', async () => {
    simulator.enqueue({ answer: { text: 'Two.' } }, { answer: { text: 'Three.' } });
    const { exitCode, out, err } = await pipe(
      ['Name a prime.', '', 'And the next?'],
      [...model, '--system', 'Be brief.'],
    );
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.ok, out: 'Two.\nThree.\n' });
    expect(said(1)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Name a prime.' },
      expect.objectContaining({ role: 'assistant' }),
      { role: 'user', content: 'And the next?' },
    ]);
    expect(JSON.stringify(said(1))).toContain('Two.');
    expect(err.match(/openai\/gpt-4\.1-mini · \d+ tokens in/g)).toHaveLength(2);
    expect(await ledgerEntries()).toMatchObject([
      { status: 'ok', usage: simulator.served()[0]?.usageReported },
      { status: 'ok', usage: simulator.served()[1]?.usageReported },
    ]);
  });

  it('joins lines that end with a backslash, and sends what begins with //', async () => {
    await pipe(['one \\', 'two\\', '\\', 'three', '//etc is a folder', '/etc/hosts is a file']);
    expect(said(0)).toEqual([{ role: 'user', content: 'one \ntwo\n\nthree' }]);
    expect(said(1)?.at(-1)).toEqual({ role: 'user', content: '/etc is a folder' });
    expect(said(2)?.at(-1)).toEqual({ role: 'user', content: '/etc/hosts is a file' });
  });

  it('says what it cost, and names what is not known', async () => {
    simulator.enqueue(
      { answer: { text: 'a' } },
      { answer: { text: 'one two three four' }, fault: { type: 'cut', afterEvents: 3 } },
    );
    const { exitCode, out, err } = await pipe(['/cost', 'x', '/cost', 'y', '/cost']);
    const [first, second, third] = out.split('a\n').flatMap((part) => part.split(/^one.*\n/m));
    expect(first).toBe('Nothing was asked yet.\n');
    const { inputTokens, outputTokens } = simulator.served()[0]?.usageReported ?? {};
    expect(second).toMatch(new RegExp(`^last answer: +${inputTokens} tokens in, ${outputTokens} out · \\$0\\.0`));
    expect(second).toMatch(/^this conversation: .* · 1 message, 1 call$/m);
    expect(third).toMatch(/^last answer: +tokens unknown · unknown$/m);
    expect(third).toMatch(/^this conversation: .*\$0\.0\d+ \+ 1 unknown · 2 messages, 2 calls$/m);
    expect(third).toContain('The cost of 1 call is unknown and not in the total: openai/gpt-4.1-mini (1).');
    expect(err).toContain('[LATTICE_STREAM_INTERRUPTED]');
    expect(exitCode).toBe(exitCodes.failed);
  });

  it('changes the model, explains the last choice, and keeps the old one when a name is wrong', async () => {
    const { exitCode, out, err } = await pipe(
      [
        '/why',
        '/model',
        '/model openai/gpt-4.1-minni',
        'x',
        '/model openai/gpt-4.1',
        'y',
        '/why',
        '/model auto:cheap',
        '/model',
      ],
      model,
    );
    expect(simulator.served().map(({ model: asked }) => asked)).toEqual(['gpt-4.1-mini', 'gpt-4.1']);
    expect(out).toMatch(/^openai\/gpt-4\.1-mini\n/);
    expect(out).toContain('openai/gpt-4.1');
    expect(out).toMatch(/\nTask +/);
    expect(out).toMatch(/\nauto:cheap\n$/);
    expect(err).toMatch(/^Nothing was asked yet\.\n/);
    expect(err).toMatch(/\[LATTICE_UNKNOWN_MODEL\].*openai\/gpt-4\.1-mini/);
    expect(exitCode).toBe(exitCodes.failed);
  });

  it('shows, sets and drops instructions, and forgets', async () => {
    const { out } = await pipe([
      '/system',
      '/system Speak Finnish.',
      '/system',
      'one',
      '/clear',
      'two',
      '/system none',
      'three',
    ]);
    expect(out).toMatch(/^\(none\)\nSpeak Finnish\.\n/);
    expect(said(0)).toEqual([
      { role: 'system', content: 'Speak Finnish.' },
      { role: 'user', content: 'one' },
    ]);
    expect(said(1)).toEqual([
      { role: 'system', content: 'Speak Finnish.' },
      { role: 'user', content: 'two' },
    ]);
    expect(said(2)?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('sends a file with the next message only, and writes the conversation down', async () => {
    writeFileSync(place.path('my notes.txt'), 'Zwölf Boxkämpfer');
    simulator.enqueue({ answer: { text: 'Seen.' } });
    const { exitCode, err } = await pipe([
      '/file "my notes.txt"',
      'Look',
      'Again',
      '/save talk.md',
      '/save talk.json',
      '/save talk.md',
    ]);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(JSON.stringify(said(0))).toContain('Look');
    expect(JSON.stringify(said(0))).toContain('<file name=\\"my notes.txt\\">\\nZwölf Boxkämpfer');
    expect(said(1)?.at(-1)).toEqual({ role: 'user', content: 'Again' });
    const markdown = readFileSync(place.path('talk.md'), 'utf8');
    expect(markdown).toMatch(/^## You\n\nLook[^]*\n## Answer\n\nSeen\.\n\n## You\n\nAgain\n\n## Answer\n/);
    const { messages } = JSON.parse(readFileSync(place.path('talk.json'), 'utf8')) as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it('says in the file where an image or a document stood, and what to do when there is no more room', async () => {
    writeFileSync(place.path('a.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
    writeFileSync(place.path('b.pdf'), '%PDF-1.4');
    simulator.enqueue(
      { answer: { text: 'Seen.' } },
      { fault: { type: 'status', status: 400, reason: 'context-length' } },
    );
    const { err } = await pipe(['/file a.png', '/file b.pdf', 'Look', 'too much', '/save talk.md']);
    expect(readFileSync(place.path('talk.md'), 'utf8')).toMatch(/Look\n\n\*\(an image\)\*\n\n\*\(the file b\.pdf\)\*/);
    expect(err).toMatch(/\[LATTICE_CONTEXT_LENGTH\][^]*"\/clear" forgets/);
  });

  it('refuses in one line what it cannot do, and goes on', async () => {
    writeFileSync(place.path('mine.md'), 'mine');
    const { exitCode, out, err } = await pipe([
      '/save early.md',
      '/file none.txt',
      '/file',
      '/nix',
      '/help',
      'x',
      '/save mine.md',
      '/exit',
      'not sent',
    ]);
    expect(err).toMatch(/\/save: nothing was said yet/);
    expect(err).toMatch(/\/file none\.txt: there is no such file/);
    expect(err).toMatch(/\/file: name the file/);
    expect(err).toMatch(/There is no command \/nix/);
    expect(err).toMatch(/\/save mine\.md|mine\.md: it exists already/);
    expect(out).toMatch(/^ {2}\/model \[name\] +\S/m);
    expect(readFileSync(place.path('mine.md'), 'utf8')).toBe('mine');
    expect(simulator.served()).toHaveLength(1);
    expect(exitCode).toBe(exitCodes.failed);
  });

  it('refuses a model that does not exist before anything is asked', async () => {
    const { exitCode, err } = await pipe(['x'], ['--model', 'openai/gpt-4.1-minni']);
    expect(exitCode).toBe(exitCodes.unknownName);
    expect(err).toContain('openai/gpt-4.1-mini');
    expect(simulator.served()).toEqual([]);
  });

  it('leaves out of the conversation what was never answered', async () => {
    simulator.enqueue({ fault: { type: 'status', status: 400 } });
    const { exitCode, err } = await pipe(['broken', 'good']);
    expect(exitCode).toBe(exitCodes.failed);
    expect(err).toContain('Nothing was spent. The message is not part of the conversation.');
    expect(said(1)).toEqual([{ role: 'user', content: 'good' }]);
  });

  it('ends at Ctrl-C with 130', async () => {
    simulator.enqueue({ answer: { text: 'word '.repeat(50) }, fault: { type: 'stall', afterEvents: 8 } });
    const signals = new EventEmitter();
    const onOutput = () => signals.emit('SIGINT');
    const { exitCode } = await chat(model, { stdin: 'x\ny\n', signals, onOutput });
    expect(exitCode).toBe(exitCodes.interrupted);
    await expect.poll(() => simulator.served()).toHaveLength(1);
    expect(await ledgerEntries()).toMatchObject([{ status: 'cancelled' }]);
    expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0);
  });

  it('says that the simulator answers, and that nothing is charged', async () => {
    const { out, err } = await runInProcess(['chat'], { cwd: place.folder, stdin: 'Hello\n/cost\n' });
    expect(err).toContain('The simulator stands in');
    expect(out).toContain('nothing is charged');
    expect(await ledgerEntries()).toMatchObject([{ simulated: true }]);
  });
});

describe('lattice chat at a terminal', () => {
  it('prompts with the model, streams, and sums up at the end', async () => {
    simulator.enqueue({ answer: { text: 'safe \u001b[2Jand sound' } });
    const { exitCode, out, err } = await atTerminal([`Hello${enter}`]);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toContain('openai/gpt-4.1-mini> ');
    expect(out).toContain('safe \\x1b[2Jand sound\n');
    expect(err).toMatch(/\/help lists/);
    expect(err).toMatch(/this conversation: .* · 1 message, 1 call\n$/);
    expect(said(0)).toEqual([{ role: 'user', content: 'Hello' }]);
  });

  it('takes several lines: by a backslash, by a marked paste, and by one that is not marked', async () => {
    await atTerminal([
      `first\\${enter}second${enter}`,
      `\u001b[200~one${enter}two${enter}\u001b[201~${enter}`,
      `eins${enter}zwei${enter}drei`,
    ]);
    expect(said(0)).toEqual([{ role: 'user', content: 'first\nsecond' }]);
    expect(said(1)?.at(-1)).toEqual({ role: 'user', content: 'one\ntwo' });
    expect(said(2)?.at(-1)).toEqual({ role: 'user', content: 'eins\nzwei\ndrei' });
  });

  it('keeps what was typed for the next conversation, for its owner only', async () => {
    await atTerminal([`one\\${enter}two${enter}`, `/cost${enter}`]);
    const file = place.path('.lattice/chat-history');
    expect(readFileSync(file, 'utf8')).toBe('one\u23cetwo\n/cost\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await atTerminal([`${up}${up}${enter}`]);
    expect(said(1)).toEqual([{ role: 'user', content: 'one\ntwo' }]);
  });

  it('shortens a history that has grown long, and goes on without one that cannot be kept', async () => {
    mkdirSync(place.path('.lattice'));
    const lines = Array.from({ length: 2001 }, (_, number) => `line ${number}`);
    writeFileSync(place.path('.lattice/chat-history'), `${lines.join('\n')}\n`);
    await atTerminal([`${up}${up}${enter}`]);
    expect(said(0)).toEqual([{ role: 'user', content: 'line 1999' }]);
    expect(readFileSync(place.path('.lattice/chat-history'), 'utf8').split('\n')).toHaveLength(1002);
    rmSync(place.path('.lattice/chat-history'));
    mkdirSync(place.path('.lattice/chat-history'));
    expect(await atTerminal([`Hello${enter}`])).toMatchObject({ exitCode: exitCodes.ok });
  });

  it('cancels the answer at Ctrl-C, books it, and goes on', async () => {
    simulator.enqueue(
      { answer: { text: 'word '.repeat(50) }, fault: { type: 'stall', afterEvents: 8 } },
      { answer: { text: 'Fine.' } },
    );
    const signals = new EventEmitter();
    let isPressed = false;
    const onOutput = (screen: string) => {
      if (isPressed || !screen.includes('word')) return;
      isPressed = true;
      // npx passes the terminal's Ctrl-C on a second time.
      signals.emit('SIGINT');
      signals.emit('SIGINT');
    };
    const { exitCode, out, err } = await atTerminal([`x${enter}`, `go on${enter}`], { signals, onOutput });
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(err).toMatch(/Cancelled\.\nSpent: .*cost unknown/);
    expect(out).toContain('Fine.');
    expect(said(1)).toMatchObject([
      { role: 'user', content: 'x' },
      { role: 'assistant' },
      { role: 'user', content: 'go on' },
    ]);
    await expect.poll(() => simulator.served()[0]?.outcome).toBe('aborted');
    expect(await ledgerEntries()).toMatchObject([{ status: 'cancelled', costNanoUsd: null }, { status: 'ok' }]);
    expect(err).toMatch(/this conversation: .*\+ 1 unknown · 2 messages, 2 calls/);
  });

  it('leaves at the second Ctrl-C of an empty prompt; the first only empties a line that is not', async () => {
    const twice = await atTerminal([`half a thought${ctrlC}whole${enter}`, ctrlC, ctrlC, `never${enter}`]);
    expect(twice.exitCode).toBe(exitCodes.ok);
    expect(twice.err).toContain('Ctrl-C once more, or Ctrl-D, leaves.');
    expect(said(0)).toEqual([{ role: 'user', content: 'whole' }]);
    expect(simulator.served()).toHaveLength(1);
  });

  it('leaves at SIGTERM with 143, and puts the terminal back', async () => {
    const signals = new EventEmitter();
    const { exitCode, out } = await atTerminal(['half'], {
      signals,
      onOutput: (screen) => void (stripVTControlCharacters(screen).endsWith('half') && signals.emit('SIGTERM')),
    });
    expect(exitCode).toBe(exitCodes.terminated);
    expect(out).toContain('\u001b[?2004h');
    expect(out.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(out.lastIndexOf('\u001b[?2004h'));
  });
});
