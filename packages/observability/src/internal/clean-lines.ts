/** Shapes of lines that are remembered; the one that was not seen for longest makes room. */
const maxShapes = 512;

/** Longer lines are rare and hold free text. */
const maxLength = 2048;

/**
 * Values that differ from line to line and of which the redactor thinks the same whatever their digits are: ids made of a
 * UUID, instants, numbers of so many digits, trace and span ids. Only as a whole value of JSON; a digit in any other text
 * stays part of it.
 */
const everyday =
  /:"((?:[a-z]{2,5}_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"(?=[,}])|:("?\d{1,12}(?:\.\d{1,12})?"?)(?=[,}])|:("\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")(?=[,}])|"(?:trace_id":"[0-9a-f]{32}|span_id":"[0-9a-f]{16})"/g;

/**
 * Remembers the shapes of lines in which the redactor found nothing, so that the thousandth access line, which differs
 * from the first by ids and numbers, is not searched again. Anything else about a line is part of its shape.
 */
export class CleanLines {
  readonly #shapes = new Set<string>();

  /** The line as `clean` makes it; not asked where a line of this shape came back unchanged before. */
  through(line: string, clean: (line: string) => string): string {
    if (line.length > maxLength) return clean(line);
    const shape = line.replace(everyday, kindOf);
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

/** What is left of an everyday value in a shape: which kind it is, and how long ids and numbers are. */
function kindOf(_value: string, id?: string, number?: string, instant?: string): string {
  if (id !== undefined) return `u${id.length}`;
  if (number !== undefined) return number.replace(/\d/g, '0');
  return instant === undefined ? 'h' : 't';
}
