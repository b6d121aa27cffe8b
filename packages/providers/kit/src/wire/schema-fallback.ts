import type { ChatRequest, JsonSchema, Message, ResponseFormat } from '@lattice-lock/contract';
import { createAnswerCheck } from './schema-check.ts';
import type { ChatCodec } from './wire-spec.ts';

/** What a vendor can do about the form of an answer. */
export interface SchemaFallbackOptions {
  /** `json`: it enforces JSON of any form; `none`: nothing. */
  readonly support: 'json' | 'none';
  /** True for requests whose model enforces a schema all the same; default never. */
  isNative?(request: ChatRequest): boolean;
}

/**
 * A codec for a vendor that does not enforce a JSON schema: the schema goes into the instructions, and the finished
 * text is checked against it before `finish`, without the code fence that models put around it. The answer's `warnings` say so; a text that does not fit ends in
 * `LATTICE_MALFORMED_RESPONSE` with what had arrived as `partial`.
 */
export function withSchemaFallback(codec: ChatCodec, options: SchemaFallbackOptions): ChatCodec {
  const { support, isNative } = options;
  return {
    ...codec,
    encode: (request, context) => {
      const format = request.responseFormat;
      if (format === undefined || format.type === 'text') return codec.encode(request, context);
      if (format.type === 'json' && support === 'json') return codec.encode(request, context);
      if (isNative?.(request) === true) return codec.encode(request, context);
      const { responseFormat: _asked, ...rest } = request;
      const messages = withInstruction(request.messages, instructionOf(format));
      const encoded = codec.encode(
        { ...rest, messages, ...(support === 'json' ? { responseFormat: { type: 'json' } } : {}) },
        context,
      );
      const { provider } = context;
      const schema: JsonSchema | null = format.type === 'json-schema' ? format.schema : null;
      const what = schema === null ? 'the form JSON' : 'a JSON schema';
      const warning = `${provider} does not enforce ${what}; it is asked for in the instructions and the answer is checked afterwards.`;
      return {
        ...encoded,
        warnings: [...encoded.warnings, warning],
        loadAnswerCheck: () => createAnswerCheck(provider, schema),
      };
    },
  };
}

function instructionOf(format: Exclude<ResponseFormat, { type: 'text' }>): string {
  const plain = 'Answer with JSON alone: no explanation before or after it, no code fence.';
  if (format.type === 'json') return plain;
  const about = format.description === undefined ? '' : ` (${format.description})`;
  return `${plain} It is "${format.name}"${about} and conforms to this JSON Schema:\n${JSON.stringify(format.schema)}`;
}

/** At the end of the instructions there are, so that the prefix a vendor has cached stays the same. */
function withInstruction(messages: readonly Message[], instruction: string): readonly Message[] {
  const place = messages.findLastIndex(({ role }) => role === 'system');
  const known = messages[place];
  if (known?.role !== 'system') return [{ role: 'system', content: instruction }, ...messages];
  const content =
    typeof known.content === 'string'
      ? `${known.content}\n\n${instruction}`
      : [...known.content, { type: 'text' as const, text: `\n\n${instruction}` }];
  return messages.with(place, { role: 'system', content });
}
