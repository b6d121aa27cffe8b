import { getEventListeners } from 'node:events';
import { get } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { createBenchProvider, requestOf, type BenchProvider } from './provider-sides.ts';
import { answerText, prompt, upstreamModels } from './workload.ts';

// One adapter in a process of its own, started with --expose-gc: streams to a slow consumer, or calls that are aborted,
// many times over; at several points, when no call runs, what is left after a forced collection.

/** What a worker is told on its command line, as JSON. */
export interface MemoryOrder {
  readonly side: string;
  readonly scenario: 'streams' | 'aborts';
  readonly baseUrl: string;
  readonly from: string;
  /** After the warm-up. */
  readonly calls: number;
  readonly warmUpCalls: number;
  /** How often it is looked at, beside once after the warm-up. */
  readonly points: number;
  readonly concurrency: number;
}

/** What is left when no call runs. */
export interface MemoryPoint {
  readonly calls: number;
  /** V8's heap and what it holds outside, after a forced collection. */
  readonly heapMb: number;
  readonly rssMb: number;
  /** Connections that stand at the upstream, those kept alive among them. */
  readonly sockets: number;
  /** Abort listeners on the signals of calls that are over. */
  readonly listeners: number;
}

/** What a worker found. */
export interface MemoryFindings {
  readonly points: readonly MemoryPoint[];
  readonly socketsAfterClose: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as MemoryOrder;
const { gc } = globalThis;
if (gc === undefined) throw new TypeError('the memory worker needs --expose-gc');
const provider = await createBenchProvider(order.side, order);
/** One signal for all streams, as an application that shuts down by one would give. */
const shared = new AbortController().signal;
let asked = 0;
let listeners = 0;

/** One stream in a hundred is longer than what may wait unread, so that the socket is paused. */
async function streamSlowly(call: number): Promise<void> {
  const isLong = call % 100 === 0;
  const request = requestOf(`${prompt} This is number ${call}.`, isLong ? upstreamModels.long : upstreamModels.burst);
  let text = '';
  let events = 0;
  for await (const event of provider.stream(request, { signal: shared })) {
    if (event.type === 'error') throw event.error;
    if (event.type === 'text-delta') text += event.text;
    events += 1;
    if (!isLong || events % 20 === 0) await wait(1);
  }
  if (isLong ? text.length < 10 * answerText.length : text !== answerText) {
    throw new TypeError(`${order.side} gave a wrong answer: ${JSON.stringify(text.slice(0, 300))}`);
  }
}

/** A fourth each: aborted in mid-stream, left in mid-stream, aborted before the answer, streamed and buffered. */
async function abortOne(call: number): Promise<void> {
  const abort = new AbortController();
  const request = requestOf(`${prompt} This is number ${call}.`, upstreamModels.hold);
  const kind = call % 4;
  const ended = kind === 3 ? endOfChat(provider, request, abort.signal) : endOfStream(request, abort, kind);
  if (kind >= 2) setImmediate(() => abort.abort());
  const code = await ended;
  if (code !== (kind === 1 ? 'left' : 'LATTICE_ABORTED')) {
    throw new TypeError(`${order.side}: an aborted call (${kind}) ended with ${code}`);
  }
  listeners += getEventListeners(abort.signal, 'abort').length;
}

async function endOfStream(request: object, abort: AbortController, kind: number): Promise<string> {
  let deltas = 0;
  for await (const event of provider.stream(request, { signal: abort.signal })) {
    if (event.type === 'error') return codeOf(event.error);
    if (event.type !== 'text-delta') continue;
    deltas += 1;
    if (deltas === 5 && kind === 0) abort.abort();
    if (deltas === 5 && kind === 1) return 'left';
  }
  return 'the stream ended by itself';
}

async function endOfChat({ chat }: BenchProvider, request: object, signal: AbortSignal): Promise<string> {
  try {
    await chat.call(provider, request, { signal });
    return 'an answer';
  } catch (thrown) {
    return codeOf(thrown);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
}

async function run(calls: number): Promise<void> {
  const end = asked + calls;
  const one = order.scenario === 'streams' ? streamSlowly : abortOne;
  const worker = async () => {
    while (asked < end) await one((asked += 1));
  };
  await Promise.all(Array.from({ length: order.concurrency }, worker));
}

async function openSockets(): Promise<number> {
  const count = await new Promise<string>((resolve, reject) => {
    const asked = get(new URL('/connections', order.baseUrl), { agent: false }, (response) => {
      readText(response).then(resolve, reject);
    });
    asked.on('error', reject);
  });
  return Number(count) - 1;
}

async function look(calls: number): Promise<MemoryPoint> {
  // What a call leaves to be done, e.g. closing its socket, is over when two looks agree.
  let sockets = await openSockets();
  for (let before = -1; before !== sockets; sockets = await openSockets()) {
    before = sockets;
    await wait(100);
  }
  for (let collection = 0; collection < 3; collection += 1) {
    await gc?.({ type: 'major', execution: 'async' });
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    calls,
    heapMb: (heapUsed + external) / 1048576,
    rssMb: rss / 1048576,
    sockets,
    listeners: listeners + getEventListeners(shared, 'abort').length,
  };
}

await run(order.warmUpCalls);
const points = [await look(0)];
for (let point = 1; point <= order.points; point += 1) {
  await run(order.calls / order.points);
  points.push(await look((point * order.calls) / order.points));
}
await provider.close();
const { sockets: socketsAfterClose } = await look(order.calls);
const found: MemoryFindings = { points, socketsAfterClose };
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
