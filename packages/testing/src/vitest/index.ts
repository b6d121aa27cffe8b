// Each test answers for what it leaves behind in its process.
export { isolateTests, type IsolationOptions } from './isolate-tests.ts';
export type { LeftoverKind } from './leftover.ts';
