import type { JsonObject } from '@lattice-lock/contract';
import type { Fields } from './chat-fields.ts';

/** Collects what a vendor says beside the common words of a chat completion, for `providerMetadata`. */
export interface ChatMetadata {
  /** Takes a chunk of the stream, or the whole body. */
  add(data: Fields): void;
  /** All of it, once the answer is whole; `null` when the vendor said nothing. */
  collected(): JsonObject | null;
}
