/** Takes secrets out of bytes and texts. What it puts in their place is as long, so that lengths and cuts still hold. */
export interface SecretMask {
  /** Learns a credential in use, to be found wherever it stands; of one under eight characters nothing is learnt. */
  learn(secret: string): void;
  bytes(bytes: Uint8Array): Buffer;
  text(text: string): string;
}

/** Shorter values would take ordinary words out of the texts. */
const shortestSecret = 8;

/**
 * Credentials by their shape, as the vendors document or GitHub's secret scanning lists them. Where a group is named
 * `secret`, only it is masked.
 */
const shapes: readonly RegExp[] = [
  // OpenAI, Anthropic, DeepSeek, OpenRouter, Stripe: sk-..., sk-ant-..., sk_live_...
  /(?<![\w-])(?:sk|pk|rk|csk|dk)[-_][\w-]{16,}/g,
  // xAI, Groq, Perplexity, NVIDIA, Hugging Face, Replicate, Fireworks, Together, Voyage, Tavily
  /(?<![\w-])(?:xai|gsk|pplx|nvapi|hf|r8|fw|tgp|pa|tvly)[-_][\w-]{16,}/g,
  // Google: API keys and OAuth tokens
  /AIza[\w-]{30,}/g,
  /ya29\.[\w.-]{16,}/g,
  // AWS: key ids and Bedrock API keys
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![\w-])(?:ABSK|bedrock-api-key-)[\w+/=-]{20,}/g,
  // GitHub, GitLab, npm, Slack, SendGrid
  /(?<![\w-])(?:gh[pousr]_|github_pat_|glpat-|npm_)\w{16,}/g,
  /(?<![\w-])xox[abeoprs]-[\w-]{10,}/g,
  /(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}/g,
  // JSON Web Tokens (RFC 7519) and private keys (RFC 7468)
  /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/g,
  // HTTP authentication (RFC 7617, RFC 6750) that stands in a text
  /(?:Bearer|Basic|ApiKey) +(?<secret>(?!REDACTED)[\w.~+/=-]{8,})/gi,
  // SigV4 and shared access signatures
  /(?:X-Amz-(?:Signature|Security-Token|Credential)|Signature|sig|AccountKey)=(?<secret>(?!REDACTED)[^&\s"',\\]{8,})/gi,
  // Credentials in the user part of a URL (RFC 3986)
  /\/\/[^\s/:@"']*:(?<secret>(?!REDACTED)[^\s/@"']{3,})@/g,
  // Fields and query parameters by their name
  /["'](?:[\w-]*(?:api[-_]?key|secret|password|passwd|access[-_]?token|refresh[-_]?token|id[-_]?token|auth[-_]?token|session[-_]?token|private[-_]?key)|authorization|cookie|set-cookie)["']\s*:\s*["'](?<secret>(?!REDACTED)[^"'\\]{3,})/gi,
  /[?&](?:key|api[-_]?key|subscription-key|code|token|access_token|client_secret|password|secret)=(?<secret>(?!REDACTED)[^&\s"'#]{3,})/gi,
];

/** Makes a mask that knows shapes of secrets, and the given ones by heart. */
export function createSecretMask(secrets: Iterable<string> = []): SecretMask {
  const known = new Set<string>();
  const learn = (secret: string) => {
    if (secret.length < shortestSecret || secret.startsWith('REDACTED')) return;
    // As it stands in headers, in JSON, and in URLs and forms.
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) known.add(form);
  };
  for (const secret of secrets) learn(secret);
  // One character per byte: what is found keeps its place and length, whatever the bytes mean.
  const latin1 = (text: string) => {
    let masked = text;
    // The longest first: one credential may be the beginning of another.
    for (const secret of [...known].sort((one, two) => two.length - one.length)) {
      masked = masked.replaceAll(Buffer.from(secret).toString('latin1'), redacted);
    }
    for (const shape of shapes) masked = masked.replace(shape, redactMatch);
    return masked;
  };
  return {
    learn,
    bytes: (bytes) => Buffer.from(latin1(Buffer.from(bytes).toString('latin1')), 'latin1'),
    text: (text) => Buffer.from(latin1(Buffer.from(text).toString('latin1')), 'latin1').toString(),
  };
}

function redacted(secret: string): string {
  return 'REDACTED'.repeat(Math.ceil(secret.length / 8)).slice(0, secret.length);
}

function redactMatch(match: string, ...rest: readonly unknown[]): string {
  const groups = rest.at(-1);
  const secret = typeof groups === 'object' && groups !== null ? (groups as { secret?: string }).secret : undefined;
  if (secret === undefined) return redacted(match);
  const start = match.lastIndexOf(secret);
  return match.slice(0, start) + redacted(secret) + match.slice(start + secret.length);
}
