import {
  createToolCall,
  type AssistantPart,
  type CacheControl,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type TextPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { refusal, type BodyReader } from './body-reader.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

/** Reads `messages`. @throws LatticeError naming the block that is wrong */
export function decodeConverseMessages(body: BodyReader): readonly Message[] {
  const entries = body.objects('messages');
  if (entries.length === 0) throw body.missing('messages');
  if (entries[0]?.raw('role') !== 'user') {
    const message =
      'A conversation must start with a user message. Try again with a conversation that starts with one.';
    throw refusal('messages.0', { message, code: 'ValidationException' });
  }
  checkToolUse(entries);
  return entries.flatMap(decodeEntry);
}

function decodeEntry(entry: BodyReader): readonly Message[] {
  const role = entry.word('role', ['user', 'assistant']);
  const blocks = entry.objects('content');
  if (blocks.length === 0) throw entry.missing('content');
  if (role === 'assistant') return [{ role, content: blocks.flatMap(decodeAssistantBlock) }];
  const results: ToolResultPart[] = [];
  const parts: (TextPart | ImagePart | FilePart)[] = [];
  for (const block of blocks) {
    if (block.has('toolResult')) results.push(decodeResult(block.object('toolResult')));
    else if (block.has('cachePoint')) markPrevious(parts, cacheControl(block.object('cachePoint')));
    else parts.push(decodeUserBlock(block));
  }
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
    ...(parts.length === 0 ? [] : [{ role, content: parts }]),
  ];
}

/** The lifetime of a cache point. */
export function cacheControl(point: BodyReader): CacheControl {
  point.word('type', ['default']);
  return { ttl: point.has('ttl') ? point.word('ttl', ['5m', '1h']) : '5m' };
}

/** Puts a cache mark on the part before it: on this wire it is a block of its own. */
export function markPrevious<Part extends { readonly cacheControl?: CacheControl }>(
  parts: Part[],
  control: CacheControl,
): void {
  const last = parts.at(-1);
  if (last !== undefined) parts[parts.length - 1] = { ...last, cacheControl: control };
}

function decodeUserBlock(block: BodyReader): TextPart | ImagePart | FilePart {
  const image = block.optionalObject('image');
  if (image !== undefined) {
    const format = image.word('format', ['png', 'jpeg', 'gif', 'webp']);
    return { type: 'image', source: decodeSource(image.object('source'), `image/${format}`) };
  }
  const document = block.optionalObject('document');
  if (document !== undefined) {
    const filename = document.string('name');
    if (!/^[\w\s\-()[\]]{1,200}$/.test(filename)) {
      throw document.wrongValue('name', 'only letters, digits, white space, hyphens, parentheses and square brackets');
    }
    const format = document.optionalString('format') ?? 'txt';
    const mediaType = mediaTypes[format];
    if (mediaType === undefined) throw document.wrongValue('format', Object.keys(mediaTypes).join(', '));
    return { type: 'file', source: decodeSource(document.object('source'), mediaType), filename };
  }
  if (!block.has('text')) throw block.missing('text');
  return { type: 'text', text: block.string('text') };
}

function decodeSource(source: BodyReader, mediaType: string): MediaSource {
  const location = source.optionalObject('s3Location');
  if (location !== undefined) return { type: 'url', url: location.string('uri') };
  const text = source.optionalString('text');
  if (text !== undefined) return { type: 'base64', mediaType, data: Buffer.from(text).toString('base64') };
  return { type: 'base64', mediaType, data: source.string('bytes') };
}

function decodeResult(result: BodyReader): ToolResultPart {
  const content = result.objects('content').map((block): TextPart | ImagePart => {
    const json = block.raw('json');
    if (json !== undefined) return { type: 'text', text: JSON.stringify(json) };
    const part = decodeUserBlock(block);
    return part.type === 'file' ? { type: 'text', text: part.filename ?? '' } : part;
  });
  const isError = result.has('status') && result.word('status', ['success', 'error']) === 'error';
  const toolCallId = result.string('toolUseId');
  return { type: 'tool-result', toolCallId, content, ...(isError ? { isError } : {}) };
}

function decodeAssistantBlock(block: BodyReader): readonly AssistantPart[] {
  const call = block.optionalObject('toolUse');
  if (call !== undefined) {
    return [createToolCall(call.string('toolUseId'), call.string('name'), JSON.stringify(call.json('input') ?? {}))];
  }
  const reasoning = block.optionalObject('reasoningContent');
  if (reasoning !== undefined) {
    const said = reasoning.optionalObject('reasoningText');
    if (said === undefined) {
      return [{ type: 'reasoning', text: '', redactedData: reasoning.string('redactedContent') }];
    }
    const signature = said.optionalString('signature');
    return [{ type: 'reasoning', text: said.string('text'), ...(signature === undefined ? {} : { signature }) }];
  }
  return block.has('text') ? [{ type: 'text', text: block.string('text') }] : [];
}

/** The vendor's own rule: results answer the calls of the turn before, each of them once. */
function checkToolUse(entries: readonly BodyReader[]): void {
  let open: readonly string[] = [];
  for (const [index, entry] of entries.entries()) {
    const blocks = entry.objects('content');
    const results = blocks.flatMap((block) => block.optionalObject('toolResult')?.string('toolUseId') ?? []);
    const missing = open.filter((id) => !results.includes(id));
    const unasked = results.filter((id) => !open.includes(id));
    if (missing.length > 0 || unasked.length > 0) {
      const message =
        missing.length > 0
          ? `Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(', ')}`
          : `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`;
      throw refusal(entry.path, { message, code: 'ValidationException' });
    }
    open = blocks.flatMap((block) => block.optionalObject('toolUse')?.string('toolUseId') ?? []);
  }
}
