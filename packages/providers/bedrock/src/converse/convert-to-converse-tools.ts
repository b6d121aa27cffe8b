import type { ChatRequest, JsonObject, Message, ToolDefinition } from '@lattice-lock/contract';
import type { Warn } from './convert-to-converse-content.ts';
import { convertToConverseSchema } from './convert-to-converse-schema.ts';

/**
 * The `toolConfig` of a request; `undefined` when no tools are offered and none were used. The vendor wants one as soon
 * as the history holds calls, so tools that are not offered any more are declared by their names.
 */
export function convertToConverseTools(request: ChatRequest, warn: Warn): JsonObject | undefined {
  const { tools = [], toolChoice } = request;
  if (request.parallelToolCalls === false && tools.length > 0) {
    warn('Bedrock cannot forbid parallel tool calls; `parallelToolCalls` was left out.');
  }
  const usedNames = usedToolNames(request.messages);
  if (toolChoice === 'none' && usedNames.size === 0) {
    if (tools.length > 0) warn('Bedrock has no tool choice `none`; the tools were left out of the request.');
    return undefined;
  }
  if (tools.length === 0) return usedNames.size === 0 ? undefined : withdrawnTools(usedNames, warn);
  const choice = choiceField(toolChoice, warn);
  return {
    tools: tools.map((tool) => toolField(tool, warn)),
    ...(choice === undefined ? {} : { toolChoice: choice }),
  };
}

/** True when the request leaves the model no choice but to call a tool. */
export function forcesTool({ tools, toolChoice }: ChatRequest): boolean {
  return tools !== undefined && tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object');
}

function toolField(tool: ToolDefinition, warn: Warn): JsonObject {
  const parameters: JsonObject = { type: 'object', ...tool.parameters };
  const { schema, hinted } =
    tool.strict === true ? convertToConverseSchema(parameters) : { schema: parameters, hinted: [] };
  if (hinted.length > 0) {
    warn(`Bedrock does not enforce ${hinted.join(', ')} of tool ${tool.name}; the description tells the model.`);
  }
  return {
    toolSpec: {
      name: tool.name,
      ...(tool.description === undefined || tool.description === '' ? {} : { description: tool.description }),
      inputSchema: { json: schema },
      ...(tool.strict === true ? { strict: true } : {}),
    },
  };
}

function choiceField(choice: ChatRequest['toolChoice'], warn: Warn): JsonObject | undefined {
  if (choice === 'none') {
    warn('Bedrock has no tool choice `none`, and the history needs its tools: the model may still call one.');
    return undefined;
  }
  if (choice === 'required') return { any: {} };
  if (typeof choice === 'object') return { tool: { name: choice.name } };
  return choice === undefined ? undefined : { auto: {} };
}

function withdrawnTools(names: ReadonlySet<string>, warn: Warn): JsonObject {
  warn(
    'The history holds tool calls but no tools are offered; Bedrock wants them declared, so the model may call one.',
  );
  const tools = [...names].map((name) => ({
    toolSpec: { name, description: 'No longer available.', inputSchema: { json: { type: 'object' } } },
  }));
  return { tools };
}

function usedToolNames(messages: readonly Message[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { role, content } of messages) {
    if (role !== 'assistant' || typeof content === 'string') continue;
    for (const part of content) if (part.type === 'tool-call') names.add(part.name);
  }
  return names;
}
