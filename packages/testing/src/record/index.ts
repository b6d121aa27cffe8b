// Real traffic, recorded once without its secrets and replayed ever after.
export { recordFixtures, type FixtureRecording, type RecordFixturesOptions } from './record-fixtures.ts';
export type { RecordingProxy } from './recording-proxy.ts';

// The mask, for fixtures that are made by other means.
export { createSecretMask, type SecretMask } from './secret-mask.ts';
