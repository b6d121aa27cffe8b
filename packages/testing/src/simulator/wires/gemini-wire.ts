import { BodyReader } from './body-reader.ts';
import { decodeGemini, geminiDialect } from './decode-gemini.ts';
import { encodeGeminiBody, geminiChunks } from './encode-gemini.ts';
import { geminiErrorBody, geminiPath, geminiVendor } from './gemini-vendor.ts';
import type { SimulatedWireCodec, WireEvent } from './simulated-wire.ts';

/** Google's frames end their lines as HTTP does. */
const frame = (json: string) => `data: ${json}\r\n\r\n`;

/** `:generateContent`, and `:streamGenerateContent` with `alt=sse`: events without names and without `[DONE]`. */
export const geminiWire: SimulatedWireCodec = {
  ...geminiVendor,
  wire: 'gemini',
  serves: ({ path, query }) => {
    const method = geminiPath(path)?.method;
    return method === 'generateContent' || (method === 'streamGenerateContent' && query.get('alt') === 'sse');
  },
  modelIn: ({ path }) => geminiPath(path)?.model,
  streamContentType: 'text/event-stream',
  decode: (body, target) => decodeGemini(new BodyReader(body, geminiDialect), target),
  encodeBody: encodeGeminiBody,
  *encodeStream(answer, context) {
    for (const chunk of geminiChunks(answer, context)) yield { ...chunk, data: frame(String(chunk.data)) };
  },
  errorEvent: (error) => frame(JSON.stringify(geminiErrorBody(error))),
  malformedEvent: () => frame('{"candidates":[{"content":{"parts":[{"te'),
};

/** `:streamGenerateContent` as it is without `alt=sse`: one JSON array that grows. */
export const geminiArrayWire: SimulatedWireCodec = {
  ...geminiWire,
  serves: ({ path, query }) => geminiPath(path)?.method === 'streamGenerateContent' && query.get('alt') !== 'sse',
  streamContentType: 'application/json; charset=UTF-8',
  *encodeStream(answer, context) {
    let previous: WireEvent | undefined;
    let start = '[';
    for (const chunk of geminiChunks(answer, context)) {
      if (previous !== undefined) {
        yield { ...previous, data: `${start}${String(previous.data)}\r\n` };
        start = ',\r\n';
      }
      previous = chunk;
    }
    if (previous !== undefined) yield { ...previous, data: `${start}${String(previous.data)}\r\n]` };
  },
  errorEvent: (error) => `,\r\n${JSON.stringify(geminiErrorBody(error))}\r\n]`,
  malformedEvent: () => ',\r\n{"candidates":[{"content":{"parts":[{"te]',
};
