import {
  createToolCall,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type TextPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { refusal, type BodyReader } from './body-reader.ts';

/** The system instruction as a message; its role, if any, means nothing. */
export function systemText(body: BodyReader): readonly Message[] {
  const parts = body.optionalObject('systemInstruction')?.objects('parts') ?? [];
  if (parts.length === 0) return [];
  return [{ role: 'system', content: parts.map((part) => ({ type: 'text', text: part.string('text') })) }];
}

/** Reads `contents`. @throws LatticeError naming the part that is wrong */
export function decodeGeminiContents(body: BodyReader): readonly Message[] {
  const messages: Message[] = [];
  let calls: readonly { readonly id: string; readonly name: string }[] = [];
  for (const [index, content] of body.objects('contents').entries()) {
    const role = content.has('role') ? content.word('role', ['user', 'model', 'function']) : 'user';
    const parts = content.objects('parts');
    if (parts.length === 0) throw content.missing('parts');
    const isResult = parts.some((part) => part.has('functionResponse'));
    if (calls.length > 0 || isResult) checkResponses(content, parts, calls.length);
    if (role === 'model') {
      const turn = parts.flatMap((part, place) => decodeModelPart(part, `call_${index}_${place}`));
      calls = turn.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
      messages.push({ role: 'assistant', content: turn });
      continue;
    }
    const results = parts.filter((part) => part.has('functionResponse'));
    if (results.length > 0) messages.push({ role: 'tool', content: decodeResponses(results, calls) });
    calls = [];
    const rest = parts.filter((part) => !part.has('functionResponse')).map(decodeUserPart);
    if (rest.length > 0) messages.push({ role: 'user', content: rest });
  }
  return messages;
}

/** Google's own rule: the turn after function calls answers each of them, and nothing else is answered. */
function checkResponses(content: BodyReader, parts: readonly BodyReader[], calls: number): void {
  if (parts.filter((part) => part.has('functionResponse')).length === calls) return;
  const message =
    'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
  throw refusal(content.path, { message, code: 'INVALID_ARGUMENT' });
}

function decodeModelPart(part: BodyReader, id: string): readonly AssistantPart[] {
  const signature = part.optionalString('thoughtSignature');
  const text = part.optionalString('text');
  if (part.optionalBoolean('thought') === true) {
    return [{ type: 'reasoning', text: text ?? '', ...(signature === undefined ? {} : { signature }) }];
  }
  const proof: readonly AssistantPart[] = signature === undefined ? [] : [{ type: 'reasoning', text: '', signature }];
  const call = part.optionalObject('functionCall');
  if (call !== undefined) {
    const made = createToolCall(
      call.optionalString('id') ?? id,
      call.string('name'),
      JSON.stringify(call.json('args') ?? {}),
    );
    return [...proof, made];
  }
  return text === undefined || text === '' ? proof : [...proof, { type: 'text', text }];
}

/** Gives responses the ids of the calls they answer: by id, else by name and order. */
function decodeResponses(
  parts: readonly BodyReader[],
  calls: readonly { readonly id: string; readonly name: string }[],
): readonly ToolResultPart[] {
  const open = [...calls];
  return parts.map((part) => {
    const response = part.object('functionResponse');
    const toolName = response.string('name');
    const id = response.optionalString('id');
    const at = open.findIndex((call) => (id === undefined ? call.name === toolName : call.id === id));
    const [call] = open.splice(Math.max(at, 0), 1);
    const value = response.json('response');
    if (value === undefined) throw response.missing('response');
    const isError = typeof value.error === 'string';
    const said = isError ? value.error : (value.output ?? value.result ?? value.content);
    const text = typeof said === 'string' ? said : JSON.stringify(value);
    const images = response.objects('parts').map(decodeUserPart);
    const content =
      images.length === 0
        ? text
        : [{ type: 'text' as const, text }, ...images.filter((image) => image.type === 'image')];
    return {
      type: 'tool-result',
      toolCallId: call?.id ?? id ?? '',
      toolName,
      content,
      ...(isError ? { isError } : {}),
    };
  });
}

function decodeUserPart(part: BodyReader): TextPart | ImagePart | FilePart {
  const inline = part.optionalObject('inlineData');
  const file = part.optionalObject('fileData');
  if (inline === undefined && file === undefined) {
    if (!part.has('text')) throw part.missing('data');
    return { type: 'text', text: part.string('text') };
  }
  const mediaType = inline?.string('mimeType') ?? file?.optionalString('mimeType') ?? '';
  const source: MediaSource =
    inline === undefined
      ? { type: 'url', url: file?.string('fileUri') ?? '' }
      : { type: 'base64', mediaType, data: inline.string('data') };
  return mediaType.startsWith('image/') ? { type: 'image', source } : { type: 'file', source };
}
