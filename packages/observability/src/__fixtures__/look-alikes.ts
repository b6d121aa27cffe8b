/** Lines that look as if they held a secret and hold none: each must come out as it went in. */
export const lookAlikes = String.raw`
request req_sNt4FjI6MUNWdGho7PeYMRyT done in 31 ms
{"id":"chatcmpl-UykIRnlhQKizs6tRrNXhiIrYrLoAv","object":"chat.completion","model":"gpt-4o-2024-08-06"}
resp_05acd85b681bbe73b2c8c826bf2b996e9c3569a1f29c9235 stored
toolu_01yJEKBMmgjobRu6rwTljHsb and call_abc123DEF456ghi789JKL012 finished
{"file_id":"file-abc123DEF456ghi789JKL012","assistant":"asst_abc123DEF456ghi789"}
traceparent: 00-dd024f4a494ded85fa354ed8430c0592-4b03d2dba2483fc7-01
x-amzn-requestid: 7a1b2c3d-4e5f-6789-abcd-ef0123456789
image ghcr.io/acme/app@sha256:5d6eee82a3cc7a530590f0406b0f51d805ff1a620a1da052d25d1e5a6d418998 pulled
commit 9fceb02d0ae598e95dc970b74767f19372d61af8 by svc
{"integrity":"sha512-Dx4Yl1L0W1r7i2m8b3Yt8cU3JmZ0r6jv1q7N9o5c1JQz8nZ2xq3u4w5y6A7B8C9D0E1F2G3H4I5J6K7L8M9N0O=="}
{"runId":"KQ3DNY4XPVCY4JNP5KN0HG633Z","status":"done"}
{"cacheKey":"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3","hit":true}
{"idempotency_key":"7f3a1b2c-4d5e-4f60-8a9b-0c1d2e3f4a5b"}
{"s3_key":"logs/2026/11/20/ab12cd34ef56ab78.json.gz","bucket":"acme-logs"}
{"publicKey":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"}
-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0\n-----END CERTIFICATE-----
{"max_tokens":4096,"max_completion_tokens":8192,"tokenCount":77,"tokens_per_second":41.2}
{"first_token_ms":312,"token_type":"bearer","expires_in":3600,"token_endpoint":"https://x.test/oauth/token"}
{"token":" the","logprob":-0.12,"bytes":[32,116]}
{"nextPageToken":"CAUQAA1b2c3d4e5f6g7h8","cursor":"eyJvZmZzZXQiOjEwMH0="}
Unexpected token '<', "<!DOCTYPE h"... is not valid JSON
x-ratelimit-remaining-tokens: 149984
anthropic-ratelimit-tokens-reset: 2026-11-20T06:03:49Z
span attribute gen_ai.usage.input_tokens=312 gen_ai.usage.output_tokens=88
POST /auth/password/reset 204 8ms
{"api_key":null,"baseURL":"http://localhost:11434/v1"}
{"apiKeyId":"key_01H8XYZABCDEF","apiKeyPrefix":"lk_a1b2c3d"}
{"hasPassword":true,"passwordUpdatedAt":"2026-01-02T03:04:05Z","passwordMinLength":15}
password: required
Invalid password: too short, use at least 15 characters
error: column "access_token" does not exist
{"error":{"message":"Missing required parameter: 'api_key'.","param":"api_key","code":"missing"}}
Authorization: required
www-authenticate: Bearer realm="api", error="invalid_token"
use Bearer authentication
apiKeyEnv: OPENAI_API_KEY
api_key: <your-api-key>
api_key: "sk-..."
api_key: ***
OPENAI_API_KEY=[REDACTED]
{"name":"MAX_TOKENS","value":"4096"}
csrf_token_enabled=true csrf-token-header=x-csrf-token
https://user@example.test/path?query=secret+santa+ideas
https://example.test/a@b/c:d?x=1
postgres://app@db.internal:5432/app
connect to 10.0.0.1:5432 (attempt 3)
git@github.com:acme/app.git
The secret of good prompts is context.
The token limit is 128000 for this model
GPIO pin 17 set high
sk-learn and sk-estimator-doc-link are class names
npm_config_registry=https://registry.example.test npm_lifecycle_event=start
hf_transfer and hf_hub_download are helpers
task-force-alpha risk-assessment-2026-q4-final-report
model claude-3-5-sonnet-20241022 and gpt-4o-mini-2024-07-18
arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf
secretKeyRef: {name: db-credentials, key: password}
{"credentials":"include","mode":"cors"}
ssl_key: /etc/ssl/private/server.key
{"keys":3,"tokens":1200,"secrets":0}
set-cookie: theme=dark; Path=/; HttpOnly
data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk
{"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
commit range 1a2b3c4d..5e6f7a8b merged
at async Client.chat (/app/dist/client.js:212:17)
pod gateway-7d9f8b6c5d-x2k4q started
1234567890-abc123def456ghi789jkl012mno345pq.apps.googleusercontent.com
key=user:1234:session ttl=60
status code: 404, exit code: 137, error code: ECONNREFUSED
verification code sent to user
{"mfa":true,"otp":false,"passed":12}
eyJhbGciOiJIUzI1NiJ9 is only a header
{"role":"user","content":"how do I store a password: hash it with argon2id"}
api key lk_a1b2c3d (ci) revoked
{"x-api-key":"missing"}
`
  .trim()
  .split('\n');
