import type { ChatRequest, JsonObject, JsonValue, ToolDefinition } from '@lattice-lock/contract';
import { itemsOf } from '../chat/chat-fields.ts';

/** The tools of a request, ours before those of the caller's raw options (the vendor's own tools, e.g. web search). */
export function responsesToolFields(
  request: ChatRequest,
  provider: string,
  own: JsonObject,
  warn: (warning: string) => void,
): JsonObject {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  const raw = itemsOf(own['tools']) as readonly JsonValue[];
  if (tools.length === 0 && raw.length === 0) {
    if (toolChoice !== undefined && toolChoice !== 'none' && toolChoice !== 'auto') {
      warn(`${provider} takes toolChoice only together with tools; it was left out.`);
    }
    return {};
  }
  return {
    tools: [...tools.map(encodeTool), ...raw],
    tool_choice:
      own['tool_choice'] ?? (typeof toolChoice === 'object' ? { type: 'function', name: toolChoice.name } : toolChoice),
    parallel_tool_calls: own['parallel_tool_calls'] ?? parallelToolCalls,
  };
}

/** Unlike Chat Completions, this wire enforces the schema unless told not to, and refuses those it cannot enforce. */
function encodeTool({ name, description, parameters, strict = false }: ToolDefinition): JsonObject {
  return { type: 'function', name, description, parameters, strict };
}
