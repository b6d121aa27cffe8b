// A provider without a network, for unit tests.
export {
  createMockProvider,
  type MockAnswer,
  type MockCall,
  type MockProvider,
  type MockProviderOptions,
  type MockStep,
} from './mock-provider.ts';

// A real server whose answers a test writes itself, for what a simulator does not do.
export { sendJson, startScriptedServer, type ReceivedRequest, type ScriptedServer } from './scripted-server.ts';
