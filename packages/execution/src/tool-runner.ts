import { Validator } from '@cfworker/json-schema';
import {
  LatticeError,
  type JsonSchema,
  type RunTool,
  type ToolCallPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { observedToolCall, type ToolTelemetryOptions } from './tool-telemetry.ts';

/** What the tools of one run share. */
export interface ToolRunnerOptions extends ToolTelemetryOptions {
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** For one call, ms. */
  readonly timeoutMs: number;
}

const validators = new WeakMap<JsonSchema, Validator>();

/** Longest list of schema faults that goes back to the model; the first ones are what it can act on. */
const maxFaults = 5;

/**
 * Runs the calls of one turn concurrently; results are in the order of the calls. Whatever a tool does (throw, never
 * settle, be unknown, be given wrong arguments) becomes a tool error for the model.
 *
 * @throws LatticeError `LATTICE_ABORTED` when the run is aborted meanwhile
 */
export async function runToolCalls(
  calls: readonly ToolCallPart[],
  options: ToolRunnerOptions,
): Promise<readonly ToolResultPart[]> {
  return Promise.all(calls.map((call) => observedToolCall(call, options, () => runToolCall(call, options))));
}

/** True when the run has code for every one of these calls, or can tell the model that a tool does not exist. */
export function canRunAll(calls: readonly ToolCallPart[], tools: readonly RunTool[]): boolean {
  if (!tools.some((tool) => tool.execute !== undefined)) return false;
  return calls.every((call) => {
    const tool = tools.find((candidate) => candidate.name === call.name);
    return tool === undefined || tool.execute !== undefined;
  });
}

async function runToolCall(call: ToolCallPart, options: ToolRunnerOptions): Promise<ToolResultPart> {
  const part = (content: string, isError: boolean): ToolResultPart => ({
    type: 'tool-result',
    toolCallId: call.id,
    toolName: call.name,
    content,
    ...(isError ? { isError } : {}),
  });
  const fault = faultOfCall(call, options.tools);
  if (fault !== null) return part(fault, true);
  try {
    return part(await execute(call, options), false);
  } catch (error) {
    if (options.signal.aborted) {
      throw new LatticeError('LATTICE_ABORTED', `The run was aborted while the tool "${call.name}" ran.`);
    }
    return part(`The tool failed: ${error instanceof Error ? error.message : String(error)}`, true);
  }
}

/** What is wrong with a call before any code of the tool runs; `null` when nothing is. */
function faultOfCall(call: ToolCallPart, tools: readonly RunTool[]): string | null {
  const tool = tools.find((candidate) => candidate.name === call.name);
  if (tool === undefined) {
    return `There is no tool "${call.name}". The tools are: ${tools.map((offered) => offered.name).join(', ')}.`;
  }
  if (call.arguments === null) return 'The arguments are not a JSON object. Send them again as one JSON object.';
  const faults = schemaFaults(tool.parameters, call.arguments);
  return faults.length === 0 ? null : `The arguments do not fit the tool's schema: ${faults.join('; ')}.`;
}

function schemaFaults(schema: JsonSchema, value: unknown): readonly string[] {
  try {
    let validator = validators.get(schema);
    if (validator === undefined) {
      validator = new Validator(schema, '2020-12', false);
      validators.set(schema, validator);
    }
    const { errors } = validator.validate(value);
    // The outermost errors only repeat that something inside is wrong: the deepest ones say what.
    const deepest = errors.filter(
      (error) => !errors.some((other) => other.instanceLocation.startsWith(`${error.instanceLocation}/`)),
    );
    return deepest.slice(0, maxFaults).map((error) => `${error.instanceLocation.replace(/^#\/?/, '')} ${error.error}`);
  } catch (error) {
    return [`the schema itself cannot be evaluated (${error instanceof Error ? error.message : String(error)})`];
  }
}

async function execute(call: ToolCallPart, options: ToolRunnerOptions): Promise<string> {
  const tool = options.tools.find((candidate) => candidate.name === call.name);
  const controller = new AbortController();
  const stop = () => controller.abort(options.signal.reason);
  options.signal.addEventListener('abort', stop, { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    if (options.signal.aborted) stop();
    const stopped = new Promise<never>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
      timer = setTimeout(
        () => controller.abort(new LatticeError('LATTICE_TOOL', `no result within ${options.timeoutMs} ms`)),
        options.timeoutMs,
      );
    });
    const context = { toolCallId: call.id, requestId: options.requestId, signal: controller.signal };
    const work = Promise.resolve().then(() => tool?.execute?.(call.arguments ?? {}, context));
    return renderResult(await Promise.race([work, stopped]));
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
  }
}

function renderResult(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? 'null';
}
