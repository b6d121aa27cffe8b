import { LatticeError, type HttpResponse } from '@lattice-lock/contract';

/** Largest body that `text` reads unless told otherwise, bytes. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** A response of the transport port around a body. */
export function httpResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: AsyncIterable<Uint8Array>,
): HttpResponse {
  return {
    status,
    headers,
    body,
    text: async (maxBytes = defaultMaxBytes) => {
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of body) {
        length += chunk.length;
        if (length > maxBytes)
          throw new LatticeError('LATTICE_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    },
  };
}
