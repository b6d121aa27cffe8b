// Starting the gateway: as an object, and as a program that runs until a signal.
export { startServer, type RunningServer, type StartServerOptions } from './start-server.ts';
export { serve, serveExitCodes, type ServeOptions } from './serve.ts';
export { readyLine, startText } from './start-text.ts';

// The HTTP application alone, for those who bring their own Lattice.
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { KeyVerifier } from './http/authentication.ts';
