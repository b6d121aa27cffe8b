import type { ChatRequest, JsonObject, ToolDefinition } from '@lattice-lock/contract';
import type { Warn } from './convert-to-anthropic-content.ts';
import { convertToAnthropicSchema } from './convert-to-anthropic-schema.ts';
import { enforcesSchemas } from './enforces-schemas.ts';

/** The fields `tools` and `tool_choice` of a request; nothing when no tools are offered. */
export function convertToAnthropicTools(request: ChatRequest, warn: Warn): JsonObject {
  if (request.tools === undefined || request.tools.length === 0) return {};
  const choice = toolChoice(request);
  return {
    tools: request.tools.map((tool) => toolField(tool, request.model, warn)),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  };
}

/** True when the request leaves the model no choice but to call a tool; the vendor then refuses thinking. */
export function forcesTool(request: ChatRequest): boolean {
  const { tools, toolChoice: choice } = request;
  return tools !== undefined && tools.length > 0 && (choice === 'required' || typeof choice === 'object');
}

function toolField(tool: ToolDefinition, model: string, warn: Warn): JsonObject {
  const isStrict = tool.strict === true && enforcesSchemas(model);
  if (tool.strict === true && !isStrict)
    warn(`${model} enforces no schemas; \`strict\` of tool ${tool.name} was left out.`);
  const parameters: JsonObject = { type: 'object', ...tool.parameters };
  const { schema, hinted } = isStrict ? convertToAnthropicSchema(parameters) : { schema: parameters, hinted: [] };
  if (hinted.length > 0) {
    warn(`Anthropic does not enforce ${hinted.join(', ')} of tool ${tool.name}; the description tells the model.`);
  }
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    input_schema: schema,
    ...(isStrict ? { strict: true } : {}),
  };
}

function toolChoice({ toolChoice: choice, parallelToolCalls }: ChatRequest): JsonObject | undefined {
  if (choice === 'none') return { type: 'none' };
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (choice === 'required') return { type: 'any', ...single };
  if (typeof choice === 'object') return { type: 'tool', name: choice.name, ...single };
  return choice === undefined && parallelToolCalls !== false ? undefined : { type: 'auto', ...single };
}
