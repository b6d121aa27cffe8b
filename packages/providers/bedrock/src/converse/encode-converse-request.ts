import { LatticeError, type ChatRequest, type JsonObject } from '@lattice-lock/contract';
import { isObject } from '@lattice-lock/provider-kit';
import type { Warn } from './convert-to-converse-content.ts';
import { convertToConverseMessages } from './convert-to-converse-messages.ts';
import { convertToConverseSchema } from './convert-to-converse-schema.ts';
import { convertToConverseTools, forcesTool } from './convert-to-converse-tools.ts';
import { mapConverseReasoning, type ReasoningFields } from './map-converse-reasoning.ts';
import { refusesSampling } from './model-family.ts';

/** A body for Converse or ConverseStream and what of the request it could not honour. */
export interface EncodedConverse {
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Translates a request to the body that Converse and ConverseStream share. `extra` holds raw vendor fields and is
 * merged last; objects that both sides have (`inferenceConfig`, `additionalModelRequestFields` ...) are merged by field.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for a temperature above 1, or media the vendor does not read.
 */
export function encodeConverseRequest(request: ChatRequest, provider: string, extra: JsonObject): EncodedConverse {
  const warnings = new Set<string>();
  const warn: Warn = (sentence) => warnings.add(sentence);
  const { model, maxOutputTokens } = request;
  const { system, messages } = convertToConverseMessages(request.messages, { provider, model }, warn);
  const toolConfig = convertToConverseTools(request, warn);
  const isForced = forcesTool(request);
  const reasoning = mapConverseReasoning(request.reasoning, { model, maxOutputTokens, forcesTool: isForced }, warn);
  const body = merged(
    {
      ...(system.length === 0 ? {} : { system }),
      messages,
      ...nonEmpty('inferenceConfig', inferenceConfig(request, reasoning, warn)),
      ...(toolConfig === undefined ? {} : { toolConfig }),
      ...nonEmpty('outputConfig', outputConfig(request, reasoning, warn)),
      ...nonEmpty('additionalModelRequestFields', reasoning.additional),
    },
    extra,
  );
  warnOfUnknownFields(request, warn);
  return { body, warnings: [...warnings] };
}

function nonEmpty(name: string, fields: JsonObject): JsonObject {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

function merged(body: JsonObject, extra: JsonObject): JsonObject {
  const result: Record<string, JsonObject[string]> = { ...body };
  for (const [name, value] of Object.entries(extra)) {
    const own = body[name];
    result[name] = isObject(own) && isObject(value) ? { ...own, ...value } : value;
  }
  return result;
}

const sampling = ['temperature', 'topP'] as const;

function inferenceConfig(request: ChatRequest, reasoning: ReasoningFields, warn: Warn): JsonObject {
  const { temperature, topP } = request;
  if (temperature !== undefined && temperature > 1) {
    const message = `Bedrock takes a temperature from 0 to 1, not ${temperature}.`;
    throw new LatticeError('LATTICE_UNSUPPORTED', message, { provider: 'bedrock' });
  }
  const maxTokens = request.maxOutputTokens ?? reasoning.minOutputTokens;
  const stopSequences = request.stop?.filter((text) => text !== '');
  const fields: Record<string, JsonObject[string]> = {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(stopSequences === undefined || stopSequences.length === 0 ? {} : { stopSequences }),
  };
  const refused = refusesSampling(request.model) ? sampling : reasoning.excludes;
  for (const name of refused) {
    if (fields[name] === undefined) continue;
    delete fields[name];
    warn(
      `${request.model} does not take ${name}${refused === sampling ? '' : ' while it reasons like this'}; it was left out.`,
    );
  }
  return fields;
}

/** Asked for only where the model enforces it; the codec's fallback serves the others. */
function outputConfig({ responseFormat: format }: ChatRequest, { effort }: ReasoningFields, warn: Warn): JsonObject {
  const effortField = effort === undefined ? {} : { effort };
  if (format?.type !== 'json-schema') return effortField;
  const { schema, hinted } = convertToConverseSchema(format.schema);
  if (hinted.length > 0) {
    warn(`Bedrock does not enforce ${hinted.join(', ')} of the schema; the description tells the model.`);
  }
  const jsonSchema = {
    name: format.name,
    ...(format.description === undefined ? {} : { description: format.description }),
    schema: JSON.stringify(schema),
  };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } }, ...effortField };
}

function warnOfUnknownFields(request: ChatRequest, warn: Warn): void {
  for (const name of ['seed', 'presencePenalty', 'frequencyPenalty', 'topLogprobs'] as const) {
    if (request[name] !== undefined) warn(`Converse has no ${name}; it was left out.`);
  }
  if (request.user !== undefined) {
    warn('Converse has no field for the end user; `user` was left out. Use `requestMetadata` of providerOptions.');
  }
}
