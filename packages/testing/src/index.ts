// A provider without a network, for unit tests.
export {
  createMockProvider,
  type MockAnswer,
  type MockCall,
  type MockProvider,
  type MockProviderOptions,
  type MockStep,
} from './mock-provider.ts';
