import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import { withSchemaFallback, type ChatCodec } from '@lattice-lock/provider-kit';
import { EventStreamParser } from '../event-stream/event-stream-parser.ts';
import { ConverseDecoder } from './converse-decoder.ts';
import { encodeConverseRequest } from './encode-converse-request.ts';
import { enforcesSchema } from './model-family.ts';

/**
 * The Converse wire: `POST /model/{id}/converse` answers JSON, `/converse-stream` a binary event stream. A JSON schema
 * is enforced by the vendor for the models that can; for the others the answer is checked here.
 */
export const converseCodec: ChatCodec = withSchemaFallback(
  {
    framing: () => new EventStreamParser(),
    encode: (request, { provider, stream }) => {
      const extra: JsonObject = { ...request.providerOptions?.['bedrock'], ...request.providerOptions?.[provider] };
      return {
        path: modelPath(request.model, stream ? 'converse-stream' : 'converse'),
        ...encodeConverseRequest(request, provider, extra),
      };
    },
    decodeBody: (body, context, emit) => new ConverseDecoder(context).decodeBody(body, emit),
    createStreamDecoder: (context) => new ConverseDecoder(context),
  },
  {
    support: 'none',
    isNative: ({ model, responseFormat }) => responseFormat?.type === 'json-schema' && enforcesSchema(model),
  },
);

/**
 * The path of an operation on a model. Ids hold colons, ARNs slashes too: all are escaped.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for an id that would be a step in the path.
 */
export function modelPath(model: string, operation: 'converse' | 'converse-stream' | 'invoke'): string {
  if (/^\.{0,2}$/.test(model)) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', `"${model}" is not the id of a model.`, { provider: 'bedrock' });
  }
  const escaped = encodeURIComponent(model).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `/model/${escaped}/${operation}`;
}
