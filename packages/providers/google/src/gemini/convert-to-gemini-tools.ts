import type { ChatRequest, JsonObject, ToolDefinition } from '@lattice-lock/contract';
import type { Warn } from './convert-to-gemini-parts.ts';
import { convertToGeminiSchema } from './convert-to-gemini-schema.ts';

/** The fields `tools` and `toolConfig` of a request; nothing when no tools are offered. */
export function convertToGeminiTools(request: ChatRequest, warn: Warn): { tools?: JsonObject[]; config?: JsonObject } {
  const { tools = [], toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (toolChoice !== undefined && toolChoice !== 'none' && toolChoice !== 'auto') {
      warn('Gemini takes a tool choice only together with tools; it was left out.');
    }
    return {};
  }
  if (parallelToolCalls === false) warn('Gemini cannot be held to one tool call a turn; it may answer with several.');
  const config = callingConfig(request);
  return {
    tools: [{ functionDeclarations: tools.map((tool) => declaration(tool, warn)) }],
    ...(config === undefined ? {} : { config }),
  };
}

function declaration({ name, description, parameters, strict }: ToolDefinition, warn: Warn): JsonObject {
  const { schema, unenforced } = convertToGeminiSchema({ type: 'object', ...parameters });
  if (strict === true && unenforced.length > 0) {
    warn(`Gemini does not enforce ${unenforced.join(', ')} in the parameters of tool ${name}.`);
  }
  return { name, ...(description === undefined ? {} : { description }), parametersJsonSchema: schema };
}

/** `VALIDATED` lets the model choose as `AUTO` does and holds its calls to the schema; `ANY` always does. */
function callingConfig({ tools = [], toolChoice }: ChatRequest): JsonObject | undefined {
  if (toolChoice === 'none') return { mode: 'NONE' };
  if (toolChoice === 'required') return { mode: 'ANY' };
  if (typeof toolChoice === 'object') return { mode: 'ANY', allowedFunctionNames: [toolChoice.name] };
  if (tools.some(({ strict }) => strict === true)) return { mode: 'VALIDATED' };
  return toolChoice === 'auto' ? { mode: 'AUTO' } : undefined;
}
