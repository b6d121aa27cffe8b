import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder } from './secret-guards.ts';
import { nameKind } from './secret-names.ts';

const part = /name=\\{0,15}"([^"\\]{1,64})\\{0,15}"(?:\r?\n|\\{1,15}r\\{1,15}n|\\{1,15}n){2}([^\r\n"\\]{1,2048})/g;

/** Marks the fields of a multipart form (RFC 7578) whose name says that they are secret. */
export function findFormParts(spans: RedactionSpans): void {
  if (!spans.text.includes('form-data')) return;
  for (const match of spans.text.matchAll(part)) {
    const [whole, name = '', value = ''] = match;
    const kind = nameKind(name);
    const end = match.index + whole.length;
    if (kind !== null && kind !== 'pair-name' && kind !== 'pair-value' && !isPlaceholder(value)) {
      spans.add(end - value.length, end);
    }
  }
}
