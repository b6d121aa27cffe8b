/**
 * What could move the cursor, recolour, retitle or reorder a terminal: C0 but tab and line feed, DEL, C1, and the
 * direction controls of Unicode (UAX #9, "Trojan Source", CVE-2021-42574).
 */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Text that others wrote, safe to show on a terminal: control and direction characters are written out (`\u202e`). */
export function escapeForTerminal(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafe, visible);
}

/** The same on one line, for messages and names that must not make a second line. */
export function escapeLine(text: string): string {
  return escapeForTerminal(text).replace(/\s*\n\s*/g, ' ');
}

/** Escapes a text that comes in pieces; a line end cut between two pieces stays one. */
export class TerminalTextStream {
  #heldReturn = '';

  /** The next piece, ready to be shown. */
  push(piece: string): string {
    const text = this.#heldReturn + piece;
    this.#heldReturn = text.endsWith('\r') ? '\r' : '';
    return escapeForTerminal(this.#heldReturn === '' ? text : text.slice(0, -1));
  }

  /** What was held back. */
  end(): string {
    const rest = escapeForTerminal(this.#heldReturn);
    this.#heldReturn = '';
    return rest;
  }
}
