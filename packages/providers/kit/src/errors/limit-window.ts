const windowMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};

const limit = /(minute|hour|day|week|month) limit: \$?([\d.,]+) \/ \$?([\d.,]+)/gi;

/**
 * How long to wait, in ms, where a message tells which limits are used up: "Minute limit: 12 / 10 tokens. Day limit: 12 /
 * 500 tokens." is a minute, the length of the longest window that is full. That is the most it can take: windows slide.
 * `undefined` when no limit is told or none is full. The text is DIAL Core's (`TokenRateLimit`, `RequestRateLimit` and
 * `CostRateLimit`), whose versions before 2025 send no `retry-after`.
 */
export function exhaustedWindowMs(message: string): number | undefined {
  let longest: number | undefined;
  for (const [, window = '', used = '', total = ''] of message.matchAll(limit)) {
    const isFull = amount(used) >= amount(total);
    if (isFull) longest = Math.max(longest ?? 0, windowMs[window.toLowerCase()] ?? 0);
  }
  return longest;
}

function amount(text: string): number {
  return Number.parseFloat(text.replaceAll(',', ''));
}
