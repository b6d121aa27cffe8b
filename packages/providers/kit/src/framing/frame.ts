/** One message of a streamed body, still as text. */
export interface Frame {
  /** The SSE event name; `null` where the framing has none or it was not sent. */
  readonly event: string | null;
  readonly data: string;
}

/**
 * Cuts a streamed body into frames. Fed with chunks as they come, so that one await per chunk is enough however many
 * frames it holds.
 */
export interface FrameParser {
  /** True where frames are no text: a body that begins like JSON or HTML is then a document. */
  readonly isBinary?: true;
  /** The frames that are whole now. @throws LatticeError `LATTICE_TOO_LARGE` when one frame exceeds its bound. */
  push(chunk: Uint8Array): readonly Frame[];
  /** The frames that the end of the body completes. */
  end(): readonly Frame[];
}

/** Bound of one frame in UTF-16 units, so that a server that never ends a line cannot fill the memory. */
export const defaultMaxFrameLength = 16 * 1024 * 1024;
