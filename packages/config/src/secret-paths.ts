/** Settings whose value is never shown: secrets, credentials, and what may carry one. */
const secretPath = /^(secretKey|storage\.databaseUrl|providers\.[^.]+\.(apiKey|headers\..+))$/;

/** Names within the free `options` of a provider that stand for a credential. */
const secretOption = /^providers\.[^.]+\.options\..*(key|secret|token(?!s)|password|passphrase|credential|auth)/i;

/** True when the value at this path must not be shown. */
export function isSecretPath(path: string): boolean {
  return secretPath.test(path) || secretOption.test(path);
}
