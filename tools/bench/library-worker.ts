import { librarySides } from './library-sides.ts';
import { providerSides } from './provider-sides.ts';
import { vendorSdkSides } from './vendor-sdk-sides.ts';
import { answerText, chunkCount, prompt, promptTokens } from './workload.ts';

// One library in a process of its own: calls the mock upstream with ten workers, buffered, then streamed, and sends what
// it cost. Every answer is checked, so that no side can win by skipping work.

/** What a worker is told on its command line, as JSON. */
export interface LibraryOrder {
  readonly side: string;
  readonly baseUrl: string;
  /** Where the side's packages are resolved from. */
  readonly from: string;
  readonly durationMs: number;
  readonly concurrency: number;
}

/** CPU of the process per call, microseconds. */
export interface LibraryCost {
  readonly bufferedUs: number;
  readonly streamedUs: number;
  readonly calls: number;
}

/** Of the process's own CPU: on a busy machine a span of time would not see the code compiled. */
const warmUpCpuMs = 1000;
const order = JSON.parse(process.argv[2] ?? '{}') as LibraryOrder;
const load = { ...librarySides, ...providerSides, ...vendorSdkSides }[order.side];
if (load === undefined) throw new TypeError(`there is no side "${order.side}"`);
// Every call asks something else, as callers do: no cache of ours can answer.
let asked = 0;
const calls = await load({ baseUrl: order.baseUrl, from: order.from });

async function measure(
  call: (prompt: string) => Promise<{ text: string; tokens: number }>,
): Promise<{ us: number; calls: number }> {
  const until = async (isOver: () => boolean) => {
    let count = 0;
    while (!isOver()) {
      const { text, tokens } = await call(`${prompt} This is number ${(asked += 1)}.`);
      if (text !== answerText || tokens !== promptTokens + chunkCount) {
        throw new TypeError(`${order.side} gave a wrong answer: ${tokens} tokens, ${JSON.stringify(text)}`);
      }
      count += 1;
    }
    return count;
  };
  const all = async (isOver: () => boolean) => {
    const counts = await Promise.all(Array.from({ length: order.concurrency }, () => until(isOver)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  const start = process.cpuUsage();
  await all(() => cpuUsSince(start) > warmUpCpuMs * 1000);
  const before = process.cpuUsage();
  const endMs = performance.now() + order.durationMs;
  const count = await all(() => performance.now() > endMs);
  return { us: cpuUsSince(before) / count, calls: count };
}

function cpuUsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const buffered = await measure(calls.generate);
const streamed = await measure(calls.stream);
const cost: LibraryCost = {
  bufferedUs: buffered.us,
  streamedUs: streamed.us,
  calls: buffered.calls + streamed.calls,
};
process.stdout.write(`${JSON.stringify(cost)}\n`, () => process.exit(0));
