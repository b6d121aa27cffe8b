import process from 'node:process';
import type { Decision } from '@lattice-lock/contract';
import type OpenAI from 'openai';
import { readPrompts, requestOf } from './demo-prompt.ts';
import { rowLine, rowOf, tableHead, type DemoRow } from './demo-row.ts';
import { setStage, type DemoStage } from './demo-stage.ts';
import { settle } from './settlement.ts';
import { streamCall, type StreamedCall } from './streamed-call.ts';
import { shorten } from './text-columns.ts';

const { stdout } = process;
const print = (...lines: readonly string[]) => void stdout.write(`${lines.join('\n')}\n`);

/** The text as it arrives, in one line that the finished row replaces; only where somebody watches. */
function showProgress(prompt: string): (text: string) => void {
  if (!stdout.isTTY) return () => undefined;
  return (text) =>
    void stdout.write(`\r\u001b[K${shorten(`${shorten(prompt, 30)}  ${text.slice(-66)}`.replaceAll('\n', ' '), 98)}`);
}

/** One demo: its rows are what the end is settled by. */
class Demo {
  readonly rows: DemoRow[] = [];
  readonly #stage: DemoStage;

  constructor(stage: DemoStage) {
    this.#stage = stage;
  }

  /** One call, printed as a row when it is over. */
  async call(
    prompt: string,
    request: OpenAI.ChatCompletionCreateParamsNonStreaming,
    why?: (call: StreamedCall) => string,
  ): Promise<StreamedCall> {
    const call = await streamCall(this.#stage.client, request, showProgress(prompt));
    const row = rowOf(prompt, call, await this.#decisionOf(call), why?.(call));
    this.rows.push(row);
    print(`${stdout.isTTY ? '\r\u001b[K' : ''}${rowLine(row)}`);
    return call;
  }

  /** By way of the ledger, because a failed call has a decision too. */
  async #decisionOf({ requestId }: StreamedCall): Promise<Decision | null> {
    const { ledger, decisions } = this.#stage.books;
    const [entry] = await ledger.entries({ requestId }, 1);
    return (await decisions.get(entry?.decisionId ?? '')) ?? null;
  }

  async twentyPrompts(): Promise<void> {
    for (const prompt of await readPrompts()) {
      await this.call(
        prompt.prompt,
        await requestOf(prompt),
        prompt.tools && (({ toolCalls }) => `calls ${toolCalls[0]?.function.name}`),
      );
    }
  }

  async toolRoundTrip(): Promise<void> {
    const prompt = 'When does the next ferry leave for Cherbourg? Use the tool.';
    const parameters = {
      type: 'object',
      required: ['to'],
      properties: { to: { type: 'string' } },
    };
    const tools = [{ type: 'function' as const, function: { name: 'next_ferry', parameters } }];
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
    const first = await this.call(prompt, { model: 'auto', messages, tools }, () => 'asks for the tool');
    const results = first.toolCalls.map((call) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: JSON.stringify({ asked: JSON.parse(call.function.arguments) as unknown, departs: '21:30', pier: 3 }),
    }));
    const calls = first.toolCalls.map(({ function: { name, arguments: args } }) => `${name}(${args})`);
    const second = await this.call(
      'its result goes back',
      {
        model: 'auto',
        messages: [...messages, { role: 'assistant', tool_calls: [...first.toolCalls] }, ...results],
        tools,
      },
      () => 'answers from it',
    );
    print(`  called    ${calls.join(', ')}`, `  answered  ${shorten(second.text, 86)}`);
  }

  async deathBeforeTheFirstToken(): Promise<void> {
    const dies = { fault: { type: 'reset', when: 'before-first-event' } } as const;
    await this.#stage.upstream.enqueue(dies, dies);
    const prompt = 'Name a good book about bridges.';
    const request = { model: 'auto', messages: [{ role: 'user' as const, content: prompt }] };
    const { attempts } = await this.call(prompt, request, ({ attempts: all }) => `attempt ${all.length} answered`);
    for (const { attempt, model, status, error_code: code } of attempts) {
      print(`  attempt ${attempt}  ${model.padEnd(30)} ${status}${code === null ? '' : ` (${code})`}`);
    }
  }

  async deathInTheMiddle(): Promise<void> {
    const text = 'A bridge is judged by the load it carries, and by the river it lets pass beneath it.';
    await this.#stage.upstream.enqueue({ answer: { text }, fault: { type: 'reset', when: 'mid-answer' } });
    const prompt = 'What makes a bridge good?';
    const request = { model: 'auto', messages: [{ role: 'user' as const, content: prompt }] };
    const call = await this.call(prompt, request, ({ failure }) => failure?.code ?? 'did not fail');
    print(
      `  error     ${shorten(`${call.failure?.code}: ${call.failure?.message}`, 88)}`,
      `  so far    "${shorten(call.text, 70)}" (${call.text.length} of ${text.length} characters)`,
    );
    if (call.failure === null || call.failure.partialLength !== call.text.length) {
      print('  The client was not told what it had received.');
      process.exitCode = 1;
    }
  }

  /** Whether all three counts agree. */
  async settle(): Promise<boolean> {
    const { books, upstream } = this.#stage;
    const entries = await books.ledger.entries({}, 10_000);
    const { lines, differences } = settle(this.rows, entries, await upstream.served(entries.length));
    print(...lines, '');
    if (this.rows.some((row) => row.unknownCosts > 0)) {
      print('Unknown is what a provider did not live to report; no figure is made up for it.');
    }
    if (differences.length > 0) print('NOT equal:', ...differences.map((difference) => `  ${difference}`));
    else print('All three are equal, to the token and to the nano-dollar.');
    return differences.length === 0;
  }
}

async function run(stage: DemoStage): Promise<void> {
  const demo = new Demo(stage);
  print(
    `Gateway ${stage.gateway.url}, with two providers. Their vendors are the simulator, in another`,
    `process at ${stage.upstream.url}: all but the wit of the answers is real.`,
    '',
    'Twenty prompts through the official openai client, streamed',
    ...tableHead,
  );
  await demo.twentyPrompts();
  print('', 'A tool call, and its result back');
  await demo.toolRoundTrip();
  print('', 'A provider that dies before the first token: another model answers, the client notices nothing');
  await demo.deathBeforeTheFirstToken();
  print('', 'A provider that dies in the middle of its answer: a typed error, and what had arrived');
  await demo.deathInTheMiddle();
  print('', 'The bill, counted three times');
  if (!(await demo.settle())) process.exitCode = 1;
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
const stage = await setStage();
stopped.signal.addEventListener('abort', () => void stage.close());
try {
  if (!stopped.signal.aborted) await run(stage);
} catch (error) {
  // Whoever stops the demo takes the stage from under it: the call that then fails is no news.
  if (!stopped.signal.aborted) throw error;
} finally {
  await stage.close();
}
if (stopped.signal.aborted) process.exitCode = 130;
