import type { LogFields } from '@lattice-lock/contract';

/** Shapes of lines that are remembered; the one that was not seen for longest makes room. */
const maxShapes = 512;

/** Longer lines are rare and hold free text. */
const maxLength = 2048;

const id = /^(?:[a-z]{2,5}_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const shortestId = 36;
const longestId = 42;
const number = /^\d{1,12}(?:\.\d{1,12})?$/;
const longestNumber = 25;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const instantLength = 24;
const traceIds: Readonly<Record<string, RegExp>> = { trace_id: /^[0-9a-f]{32}$/, span_id: /^[0-9a-f]{16}$/ };

/**
 * Remembers the shapes of lines in which the redactor found nothing, so that the thousandth access line, which differs
 * from the first by ids and numbers, is not searched again. Anything else about a line is part of its shape.
 */
export class CleanLines {
  readonly #shapes = new Set<string>();

  /** The line as `clean` makes it; not asked where a line of this shape came back unchanged before. */
  through(line: string, shape: string, clean: (line: string) => string): string {
    if (line.length > maxLength) return clean(line);
    if (this.#shapes.delete(shape)) {
      this.#shapes.add(shape);
      return line;
    }
    const cleaned = clean(line);
    if (cleaned === line) this.#remember(shape);
    return cleaned;
  }

  #remember(shape: string): void {
    const [oldest] = this.#shapes;
    if (oldest !== undefined && this.#shapes.size >= maxShapes) this.#shapes.delete(oldest);
    this.#shapes.add(shape);
  }
}

/**
 * What is left of fields without what differs from line to line and of which the redactor thinks the same whatever its
 * digits are: ids made of a UUID, instants, numbers of so many digits, trace and span ids. A digit in any other text stays
 * part of it. Texts stand behind their length, so that none can pass for several fields.
 */
export function shapeOf(fields: LogFields): string {
  let shape = '';
  for (const key of Object.keys(fields)) shape += `${key.length}:${key}${shapeOfValue(key, fields[key])}`;
  return shape;
}

function shapeOfValue(key: string, value: unknown): string {
  if (typeof value === 'string') return shapeOfText(key, value);
  if (typeof value === 'number') return shapeOfNumber('n', String(value));
  if (typeof value === 'object' && value !== null) return literal('o', JSON.stringify(value));
  return literal('v', String(value));
}

function shapeOfText(key: string, text: string): string {
  const { length } = text;
  if (length >= shortestId && length <= longestId && id.test(text)) return `u${length};`;
  if (length === instantLength && instant.test(text)) return 't;';
  if (Object.hasOwn(traceIds, key) && traceIds[key]?.test(text) === true) return 'h;';
  return shapeOfNumber('q', text);
}

function shapeOfNumber(kind: string, text: string): string {
  if (text.length > longestNumber || !number.test(text)) return literal(kind, text);
  return `${kind}${text.length}.${text.indexOf('.')};`;
}

function literal(kind: string, text: string): string {
  return `${kind}=${text.length}:${text}`;
}
