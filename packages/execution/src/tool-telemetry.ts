import {
  attributeNames,
  LatticeError,
  metricNames,
  operationNames,
  type Clock,
  type RunTool,
  type SpanContext,
  type Telemetry,
  type ToolCallPart,
  type ToolResultPart,
} from '@lattice-lock/contract';

/** What watching a tool call needs. */
export interface ToolTelemetryOptions {
  readonly tools: readonly RunTool[];
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** The run's span. */
  readonly parentSpan: SpanContext | null;
  /** Turn of the tool loop, from 1. */
  readonly turn: number;
}

/**
 * Runs one tool call in a span of its own, `execute_tool {name}`, and measures it. Arguments and results are not
 * recorded. A name that the model made up is no name of a span and no label.
 */
export async function observedToolCall(
  call: ToolCallPart,
  options: ToolTelemetryOptions,
  run: () => Promise<ToolResultPart>,
): Promise<ToolResultPart> {
  const { telemetry, clock, parentSpan, turn, tools } = options;
  const isKnown = tools.some((tool) => tool.name === call.name);
  const startedMs = clock.monotonic();
  const span = telemetry.startSpan(
    isKnown ? `${operationNames.executeTool} ${call.name}` : operationNames.executeTool,
    {
      parent: parentSpan,
      attributes: {
        [attributeNames.operationName]: operationNames.executeTool,
        [attributeNames.toolName]: call.name,
        [attributeNames.toolCallId]: call.id,
        [attributeNames.toolType]: 'function',
        [attributeNames.turn]: turn,
      },
    },
  );
  let error: unknown = null;
  try {
    const result = await run();
    if (result.isError === true) error = new LatticeError('LATTICE_TOOL', textOf(result));
    return result;
  } catch (thrown) {
    error = thrown;
    throw thrown;
  } finally {
    if (error !== null) span.recordError(error);
    span.end();
    telemetry.record(metricNames.toolDuration, (clock.monotonic() - startedMs) / 1000, {
      [attributeNames.toolName]: isKnown ? call.name : '_other',
      ...(error === null
        ? {}
        : { [attributeNames.errorType]: LatticeError.isInstance(error) ? error.code : 'LATTICE_TOOL' }),
    });
  }
}

function textOf({ content, toolName }: ToolResultPart): string {
  return typeof content === 'string' ? content : `The tool "${toolName}" failed.`;
}
