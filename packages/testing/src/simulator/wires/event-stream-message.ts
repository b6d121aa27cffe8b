import { crc32 } from 'node:zlib';
import type { JsonObject } from '@lattice-lock/contract';

/** Bytes of the prelude with its checksum: total length, length of the headers, CRC-32 of both. */
const preludeBytes = 12;
const checksumBytes = 4;
/** A header's type: a string with a length of two bytes. */
const stringType = 7;

function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([stringType]), length, text]);
}

/** A message of `application/vnd.amazon.eventstream` with correct lengths and checksums. */
function eventStreamMessage(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(payload);
  const total = preludeBytes + head.length + body.length + checksumBytes;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, preludeBytes);
  body.copy(message, preludeBytes + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - checksumBytes)), total - checksumBytes);
  return message;
}

/** An event with a JSON payload. */
export function eventMessage(type: string, payload: JsonObject | string): Buffer {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return eventStreamMessage(headers, text);
}

/** An exception that ends the stream. */
export function exceptionMessage(type: string, message: string): Buffer {
  const headers = { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' };
  return eventStreamMessage(headers, JSON.stringify({ message }));
}
