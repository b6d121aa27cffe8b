import type { LatticeError } from '@lattice-lock/contract';
import { bedrockPath, bedrockVendor } from './bedrock-vendor.ts';
import { BodyReader } from './body-reader.ts';
import { bedrockDialect, decodeBedrockConverse } from './decode-bedrock-converse.ts';
import { encodeConverseBody, encodeConverseStream } from './encode-bedrock-converse.ts';
import { eventMessage, exceptionMessage } from './event-stream-message.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

/** Exceptions that can end a stream, by the status they stand for. */
const streamExceptions: Readonly<Record<number, string>> = {
  400: 'validationException',
  424: 'modelStreamErrorException',
  429: 'throttlingException',
  503: 'serviceUnavailableException',
  529: 'serviceUnavailableException',
};

function errorEvent(error: LatticeError): Buffer {
  return exceptionMessage(streamExceptions[error.status ?? 500] ?? 'internalServerException', error.message);
}

/** `POST /model/{id}/converse` and `/converse-stream` as AWS speaks them, over HTTP/1.1 and HTTP/2. */
export const bedrockConverseWire: SimulatedWireCodec = {
  ...bedrockVendor,
  wire: 'bedrock-converse',
  serves: ({ path }) => {
    const found = bedrockPath(path);
    return found?.isKnown === true && found.action.startsWith('converse');
  },
  modelIn: ({ path }) => bedrockPath(path)?.model,
  streamContentType: 'application/vnd.amazon.eventstream',
  decode: (body, target) => decodeBedrockConverse(new BodyReader(body, bedrockDialect), target),
  encodeBody: encodeConverseBody,
  encodeStream: encodeConverseStream,
  errorEvent,
  malformedEvent: () => eventMessage('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"te'),
};
