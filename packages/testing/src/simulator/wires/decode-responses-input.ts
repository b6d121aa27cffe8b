import {
  createToolCall,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type TextPart,
} from '@lattice-lock/contract';
import { refusal, type BodyReader } from './body-reader.ts';
import { definedFields } from './defined-fields.ts';

const roles = ['system', 'developer', 'user', 'assistant'] as const;

/** Reads `input`: a text, or a list of items. @throws LatticeError naming the item that is wrong */
export function decodeResponsesInput(body: BodyReader): readonly Message[] {
  if (typeof body.raw('input') === 'string') return [{ role: 'user', content: body.string('input') }];
  const items = body.objects('input');
  if (items.length === 0) throw body.wrongValue('input', 'at least one item');
  checkCalls(items);
  return joinTurns(items.flatMap(decodeItem));
}

function decodeItem(item: BodyReader): readonly Message[] {
  const type = item.optionalString('type') ?? 'message';
  switch (type) {
    case 'message':
      return [decodeMessage(item)];
    case 'function_call': {
      const call = createToolCall(item.string('call_id'), item.string('name'), item.string('arguments'));
      return [{ role: 'assistant', content: [call] }];
    }
    case 'function_call_output': {
      const output = item.raw('output');
      if (output === undefined) throw item.missing('output');
      const content = typeof output === 'string' ? output : decodeOutputParts(item);
      return [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: item.string('call_id'), content }] }];
    }
    case 'reasoning': {
      const text = item.objects('summary').map((part) => part.string('text'));
      const more = {
        signature: item.optionalString('id'),
        redactedData: item.optionalString('encrypted_content'),
      };
      return [{ role: 'assistant', content: [{ type: 'reasoning', text: text.join('\n\n'), ...definedFields(more) }] }];
    }
    // Items of the vendor's own tools: real there, of no concern here.
    default:
      return [];
  }
}

function decodeMessage(item: BodyReader): Message {
  const role = item.word('role', roles);
  if (!item.has('content')) throw item.missing('content');
  const isText = typeof item.raw('content') === 'string';
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: isText ? item.string('content') : item.objects('content').map(decodeText) };
    case 'user':
      return { role, content: isText ? item.string('content') : item.objects('content').map(decodeInputPart) };
    case 'assistant':
      return { role, content: isText ? item.string('content') : item.objects('content').map(decodeOutputPart) };
  }
}

function decodeText(part: BodyReader): TextPart {
  part.word('type', ['input_text', 'output_text']);
  return { type: 'text', text: part.string('text') };
}

function decodeOutputPart(part: BodyReader): TextPart {
  const type = part.word('type', ['output_text', 'refusal']);
  return { type: 'text', text: part.string(type === 'refusal' ? 'refusal' : 'text') };
}

function decodeOutputParts(item: BodyReader): readonly (TextPart | ImagePart)[] {
  return item
    .objects('output')
    .map(decodeInputPart)
    .filter((part) => part.type !== 'file');
}

function decodeInputPart(part: BodyReader): TextPart | ImagePart | FilePart {
  const type = part.word('type', ['input_text', 'input_image', 'input_file']);
  if (type === 'input_text') return { type: 'text', text: part.string('text') };
  if (type === 'input_image') {
    const detail = part.has('detail') ? part.word('detail', ['auto', 'low', 'high']) : undefined;
    return { type: 'image', source: mediaSource(part.string('image_url')), ...definedFields({ detail }) };
  }
  const data = part.optionalString('file_data') ?? part.optionalString('file_url') ?? part.optionalString('file_id');
  if (data === undefined) throw part.missing('file_data');
  return { type: 'file', source: mediaSource(data), ...definedFields({ filename: part.optionalString('filename') }) };
}

/** The bytes of a `data:` URL, or the URL. */
function mediaSource(url: string): MediaSource {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:') || comma < 0 || !url.slice(0, comma).endsWith(';base64')) return { type: 'url', url };
  return { type: 'base64', mediaType: url.slice('data:'.length, comma - ';base64'.length), data: url.slice(comma + 1) };
}

/** OpenAI's own rule: every call has its output somewhere behind it, and no output stands alone. */
function checkCalls(items: readonly BodyReader[]): void {
  const open = new Map<string, string>();
  for (const item of items) {
    const type = item.raw('type');
    if (type === 'function_call') open.set(item.string('call_id'), item.path);
    if (type !== 'function_call_output') continue;
    const id = item.string('call_id');
    if (open.delete(id)) continue;
    const message = `No tool call found for function call output with call_id ${id}.`;
    throw refusal('input', { message, code: 'invalid_value' });
  }
  const [unanswered] = open.keys();
  if (unanswered === undefined) return;
  throw refusal('input', { message: `No tool output found for function call ${unanswered}.`, code: 'invalid_value' });
}

/** Joins what one turn of the model said: the wire has an item for each of its parts. */
function joinTurns(messages: readonly Message[]): readonly Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.role === 'assistant' && last?.role === 'assistant') {
      joined[joined.length - 1] = { role: 'assistant', content: [...partsOf(last), ...partsOf(message)] };
    } else {
      joined.push(message);
    }
  }
  return joined;
}

function partsOf({ content }: Extract<Message, { role: 'assistant' }>): readonly AssistantPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}
