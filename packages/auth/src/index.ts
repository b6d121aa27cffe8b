// API keys: made once, stored hashed, verified, revoked.
export {
  createApiKeyService,
  type ApiKeyService,
  type ApiKeyServiceOptions,
  type ApiKeySummary,
  type CreateApiKeyOptions,
  type CreatedApiKey,
} from './api-key-service.ts';
