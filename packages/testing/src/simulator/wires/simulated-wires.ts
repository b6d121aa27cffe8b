import { LatticeError } from '@lattice-lock/contract';
import type { SimulatorWire } from '../simulator-request.ts';
import { anthropicMessagesWire } from './anthropic-messages-wire.ts';
import { ollamaChatWire } from './ollama-chat-wire.ts';
import { openAIChatWire } from './openai-chat-wire.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

/** Every wire the simulator speaks. */
export const simulatedWires: readonly SimulatedWireCodec[] = [openAIChatWire, anthropicMessagesWire, ollamaChatWire];

/** The codec of a wire. */
export function codecOf(wire: SimulatorWire): SimulatedWireCodec {
  const codec = simulatedWires.find((candidate) => candidate.wire === wire);
  if (codec === undefined) throw new LatticeError('LATTICE_INTERNAL', `The simulator has no codec for "${wire}".`);
  return codec;
}
