import type { ChatRequest, JsonObject } from '@lattice-lock/contract';

/** The wires the simulator speaks, named as provider definitions name them. */
export const simulatorWires = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'ollama-chat',
  'gemini',
  'bedrock-converse',
  'xai-chat',
  'azure-openai',
  'dial-chat',
] as const;

/** A wire the simulator speaks. */
export type SimulatorWire = (typeof simulatorWires)[number];

/** A request for an answer as the simulator understood it. */
export interface SimulatorRequest {
  /** The id of the request, as sent in `x-request-id` or the vendor's own header. */
  readonly id: string;
  readonly wire: SimulatorWire;
  readonly model: string;
  readonly stream: boolean;
  /** Names in lower case, credentials masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body as it came. */
  readonly body: JsonObject;
  /** What the body says, in the house's own words. */
  readonly chat: ChatRequest;
}
