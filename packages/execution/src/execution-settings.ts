/** How patient a run is. Times in ms. */
export interface ExecutionSettings {
  /** Upper bound of tool calls in one run; the framework's `MAX_FUNCTION_CALLS`. */
  readonly maxFunctionCalls: number;
  /** Calls of one model before the next one of the chain is tried. */
  readonly maxAttemptsPerModel: number;
  /** First delay of the exponential backoff. */
  readonly retryBaseDelayMs: number;
  /** Longest delay; a vendor's hint beyond it means fallback at once where there is one. */
  readonly retryMaxDelayMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** For the whole run with all its turns. */
  readonly runTimeoutMs: number;
  /** For one tool call. */
  readonly toolTimeoutMs: number;
}

/** What holds unless told otherwise; choices of ours, not measurements. */
export const defaultExecutionSettings: ExecutionSettings = Object.freeze({
  maxFunctionCalls: 10,
  maxAttemptsPerModel: 2,
  retryBaseDelayMs: 250,
  retryMaxDelayMs: 8_000,
  firstByteTimeoutMs: 60_000,
  idleTimeoutMs: 60_000,
  runTimeoutMs: 600_000,
  toolTimeoutMs: 60_000,
});
