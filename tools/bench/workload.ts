/** Text deltas of a streamed answer; with the role, the finish, the usage and the end it is four events more. */
export const chunkCount = 30;
/** Events of a stream as the caller sees them, `[DONE]` among them. */
export const eventsPerStream = chunkCount + 4;
/** What the mock upstream says the prompt was. */
export const promptTokens = 12;
/** What every measured side must have received in the end: none can win by skipping work. */
export const answerText = Array.from({ length: chunkCount }, () => 'lorem').join(' ');
/** The deltas that the answer is streamed in. */
export const answerWords: readonly string[] = answerText.split(/(?= )/);
/** What every side asks. */
export const prompt = 'Say something short about benchmarks.';
/**
 * Model names at the upstream: all deltas in one write, one every 10 ms, half of them and then silence, or a hundred times
 * as many in one write.
 */
export const upstreamModels = {
  burst: 'bench',
  paced: 'bench-paced10',
  hold: 'bench-hold',
  long: 'bench-long',
} as const;
/** The key that callers send to gateways which take a fixed one, and the one that gateways send upstream. */
export const benchKey = 'sk-bench-0123456789abcdef';
