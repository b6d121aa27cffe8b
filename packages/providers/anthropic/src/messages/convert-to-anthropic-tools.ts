import type { ChatRequest, JsonObject, ToolDefinition } from '@lattice-lock/contract';
import type { Warn } from './convert-to-anthropic-content.ts';
import { convertToAnthropicSchema } from './convert-to-anthropic-schema.ts';

/** The fields `tools` and `tool_choice` of a request; nothing when no tools are offered. */
export function convertToAnthropicTools(request: ChatRequest, warn: Warn): JsonObject {
  if (request.tools === undefined || request.tools.length === 0) return {};
  const choice = toolChoice(request);
  return {
    tools: request.tools.map((tool) => toolField(tool, warn)),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  };
}

/** True when the request leaves the model no choice but to call a tool; the vendor then refuses thinking. */
export function forcesTool(request: ChatRequest): boolean {
  const { tools, toolChoice: choice } = request;
  return tools !== undefined && tools.length > 0 && (choice === 'required' || typeof choice === 'object');
}

function toolField(tool: ToolDefinition, warn: Warn): JsonObject {
  const parameters: JsonObject = { type: 'object', ...tool.parameters };
  const { schema, hinted } =
    tool.strict === true ? convertToAnthropicSchema(parameters) : { schema: parameters, hinted: [] };
  if (hinted.length > 0) {
    warn(`Anthropic does not enforce ${hinted.join(', ')} of tool ${tool.name}; the description tells the model.`);
  }
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    input_schema: schema,
    ...(tool.strict === true ? { strict: true } : {}),
  };
}

function toolChoice({ toolChoice: choice, parallelToolCalls }: ChatRequest): JsonObject | undefined {
  if (choice === 'none') return { type: 'none' };
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (choice === 'required') return { type: 'any', ...single };
  if (typeof choice === 'object') return { type: 'tool', name: choice.name, ...single };
  return choice === undefined && parallelToolCalls !== false ? undefined : { type: 'auto', ...single };
}
