import type { JsonObject, ResponseFormat, RunRequest, RunTool, ToolChoice } from '@lattice-lock/contract';
import { chatRequestSchema, type WireChatRequest } from './chat-request-schema.ts';
import { convertMessages } from './convert-messages.ts';
import { invalidField } from './request-problem.ts';
import { problemOfSchema } from './schema-issues.ts';

/** A body of OpenAI's Chat Completions in the house's words. */
export interface ParsedChatRequest {
  readonly run: RunRequest;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** What was accepted and could not be kept, one sentence each. */
  readonly warnings: readonly string[];
}

/** Fields of a vendor's body that decide who answers and what is billed: a caller may not swap them behind the choice. */
const reservedOptions = ['model', 'messages', 'input', 'contents', 'system', 'stream', 'stream_options', 'n', 'tools'];

/**
 * Validates a body strictly and translates it.
 *
 * @throws RequestProblem 400 that names the field in `param`
 */
export function parseChatRequest(body: unknown): ParsedChatRequest {
  const parsed = chatRequestSchema.safeParse(body);
  if (!parsed.success) throw problemOfSchema(parsed.error);
  const wire = parsed.data;
  const { messages, warnings } = convertMessages(wire.messages);
  const run: Mutable<RunRequest> = { messages };
  addSampling(run, wire);
  addTools(run, wire);
  addFormat(run, wire);
  addLattice(run, wire);
  return {
    run,
    stream: wire.stream ?? false,
    includeUsage: wire.stream_options?.include_usage ?? false,
    warnings: wire.store === true ? [...warnings, 'store was ignored: the gateway keeps no conversations.'] : warnings,
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function addSampling(run: Mutable<RunRequest>, wire: WireChatRequest): void {
  if (wire.model !== undefined) run.model = wire.model;
  if (wire.temperature !== undefined) run.temperature = wire.temperature;
  if (wire.top_p !== undefined) run.topP = wire.top_p;
  if (wire.seed !== undefined) run.seed = wire.seed;
  if (wire.presence_penalty !== undefined) run.presencePenalty = wire.presence_penalty;
  if (wire.frequency_penalty !== undefined) run.frequencyPenalty = wire.frequency_penalty;
  const user = wire.user ?? undefined;
  if (user !== undefined) run.user = user;
  const effort = wire.reasoning_effort ?? undefined;
  if (effort !== undefined) run.reasoning = { effort };
  const stop = wire.stop ?? [];
  if (stop.length > 0) run.stop = typeof stop === 'string' ? [stop] : stop;
  addLogprobs(run, wire);
  const { max_tokens: older, max_completion_tokens: newer } = wire;
  if (older !== undefined && newer !== undefined && older !== newer) {
    throw invalidField('max_tokens', 'max_tokens and max_completion_tokens differ; send one of them.');
  }
  const maxOutputTokens = newer ?? older;
  if (maxOutputTokens !== undefined) run.maxOutputTokens = maxOutputTokens;
}

function addLogprobs(run: Mutable<RunRequest>, { logprobs, top_logprobs: top }: WireChatRequest): void {
  if (logprobs === true) run.topLogprobs = top ?? 0;
  else if ((top ?? 0) > 0) throw invalidField('top_logprobs', 'top_logprobs needs logprobs: true.');
}

function addTools(run: Mutable<RunRequest>, wire: WireChatRequest): void {
  const tools = wire.tools ?? [];
  if (tools.length > 0) run.tools = tools.map(runTool);
  const names = new Set<string>();
  for (const [index, { function: declared }] of tools.entries()) {
    const param = `tools[${index}].function.name`;
    if (names.has(declared.name)) throw invalidField(param, `${param} "${declared.name}" is offered twice.`);
    names.add(declared.name);
  }
  if (wire.parallel_tool_calls !== undefined && tools.length > 0) run.parallelToolCalls = wire.parallel_tool_calls;
  const wanted = wire.tool_choice ?? undefined;
  if (wanted === undefined) return;
  const choice: ToolChoice = typeof wanted === 'string' ? wanted : { name: wanted.function.name };
  if (typeof choice === 'object' && !names.has(choice.name)) {
    throw invalidField(
      'tool_choice.function.name',
      `tool_choice names "${choice.name}", which is not among the tools.`,
    );
  }
  if (tools.length > 0) run.toolChoice = choice;
  else if (choice === 'required') throw invalidField('tool_choice', 'tool_choice "required" needs tools.');
}

function runTool({ function: declared }: NonNullable<WireChatRequest['tools']>[number]): RunTool {
  return {
    name: declared.name,
    parameters: declared.parameters ?? { type: 'object', properties: {} },
    ...(declared.description === undefined ? {} : { description: declared.description }),
    ...(typeof declared.strict === 'boolean' ? { strict: declared.strict } : {}),
  };
}

function addFormat(run: Mutable<RunRequest>, wire: WireChatRequest): void {
  const format = wire.response_format ?? undefined;
  if (format !== undefined) run.responseFormat = responseFormat(format);
}

function responseFormat(format: NonNullable<WireChatRequest['response_format']>): ResponseFormat {
  if (format.type === 'text') return { type: 'text' };
  if (format.type === 'json_object') return { type: 'json' };
  const { name, schema, description, strict } = format.json_schema;
  return {
    type: 'json-schema',
    name,
    schema,
    ...(description === undefined ? {} : { description }),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

function addLattice(run: Mutable<RunRequest>, wire: WireChatRequest): void {
  const { lattice } = wire;
  if (lattice === undefined) return;
  if (lattice.constraints !== undefined) run.constraints = definedOf(lattice.constraints);
  if (lattice.weights !== undefined) run.weights = definedOf(lattice.weights);
  if (lattice.fallbacks !== undefined) run.fallbacks = lattice.fallbacks;
  if (lattice.afterFirstToken !== undefined) run.afterFirstToken = lattice.afterFirstToken;
  if (lattice.providerOptions !== undefined) run.providerOptions = providerOptions(lattice.providerOptions);
}

function providerOptions(options: Readonly<Record<string, JsonObject>>): Readonly<Record<string, JsonObject>> {
  for (const [provider, fields] of Object.entries(options)) {
    for (const reserved of reservedOptions) {
      if (!Object.hasOwn(fields, reserved)) continue;
      const param = `lattice.providerOptions.${provider}.${reserved}`;
      throw invalidField(param, `${param} is set by the gateway and cannot be overridden.`, 'unsupported_parameter');
    }
  }
  return options;
}

/** Drops keys whose value is `undefined`, as the contract's exact optional fields ask. */
function definedOf<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
