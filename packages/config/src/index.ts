// The configuration and how it is loaded.
export { loadConfig, type ConfigOptions } from './load-config.ts';
export type { ProductionCheck, ProductionFacts } from './production-checks.ts';
export type {
  AppConfig,
  ConfigFlags,
  ConfigOrigin,
  ConfigSource,
  Environment,
  LearningSettings,
  LogLevel,
  ProviderSettings,
} from './app-config.ts';
export { configSchema } from './config-schema.ts';

// The environment with `.env`, for whoever reads credentials from it.
export { loadEnvironment, type EnvironmentOptions, type EnvironmentVariables } from './environment.ts';

// What is in force, and what can be set.
export { describeConfig, type EffectiveSetting } from './describe-config.ts';
export { environmentVariables } from './settings.ts';
