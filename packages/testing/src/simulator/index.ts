// Starting a simulator and asking it what it served.
export { startSimulator } from './simulator-server.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
export type { OtherRequest, ReceivedMedia, ServedOutcome, ServedRequest, SimulatorTotals } from './served-request.ts';

// What it is told to do.
export type {
  Chunking,
  Framing,
  ReplyMatch,
  SimulatedAnswer,
  SimulatedToolCall,
  SimulatorFault,
  SimulatorReply,
  StatusReason,
} from './simulator-reply.ts';
export { simulatorWires, type SimulatorRequest, type SimulatorWire } from './simulator-request.ts';

// How it counts and embeds.
export { embeddingDimensions, embeddingVector } from './embedding-vector.ts';
export { textTokens, tokenRule } from './token-rule.ts';
