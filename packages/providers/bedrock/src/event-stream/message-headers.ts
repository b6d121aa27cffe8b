/** What the headers of an event-stream message say. */
export interface MessageHeaders {
  readonly messageType: 'event' | 'exception' | 'error';
  /** `:event-type`, `:exception-type` or `:error-code`. */
  readonly name: string;
  /** `:error-message`; empty where there is none. */
  readonly errorMessage: string;
}

/** Bytes of a value by its type, of fixed length: booleans, byte, short, integer, long, timestamp, UUID. */
const fixedLengths: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const binaryType = 6;
const stringType = 7;

/**
 * Reads the headers of one message (smithy.io/2.0/aws/amazon-eventstream.html): a name, the type of the value, the
 * value. `null` when they do not add up or no event, exception or error is named.
 */
export function readMessageHeaders(bytes: Buffer): MessageHeaders | null {
  const texts = readTexts(bytes);
  if (texts === null) return null;
  const messageType = texts.get(':message-type') ?? 'event';
  if (messageType === 'exception') return named(messageType, texts.get(':exception-type'), '');
  if (messageType === 'error') {
    return named(messageType, texts.get(':error-code'), texts.get(':error-message') ?? '');
  }
  return messageType === 'event' ? named(messageType, texts.get(':event-type'), '') : null;
}

function named(
  messageType: MessageHeaders['messageType'],
  name: string | undefined,
  errorMessage: string,
): MessageHeaders | null {
  return name === undefined ? null : { messageType, name, errorMessage };
}

function readTexts(bytes: Buffer): ReadonlyMap<string, string> | null {
  const texts = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd];
    if (type === undefined) return null;
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const isSized = type === binaryType || type === stringType;
    if (isSized && nameEnd + 3 > bytes.length) return null;
    const length = isSized ? bytes.readUInt16BE(nameEnd + 1) : fixedLengths[type];
    if (length === undefined) return null;
    const valueStart = nameEnd + (isSized ? 3 : 1);
    at = valueStart + length;
    if (at > bytes.length) return null;
    if (type === stringType) texts.set(name, bytes.toString('utf8', valueStart, at));
  }
  return texts;
}
