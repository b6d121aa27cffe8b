import { findBearerTokens, findDigestResponses } from './redaction/authorization-value.ts';
import {
  findAccessKeyPairs,
  findOptionValues,
  findPasswordHashes,
  findProgramPasswords,
  findSpokenSecrets,
  findStatementPasswords,
  findUserOptions,
} from './redaction/command-secrets.ts';
import { findNamedSecrets } from './redaction/named-secrets.ts';
import { findJsonWebKeys, findDottedTokens, findPrivateKeys } from './redaction/private-keys.ts';
import { RedactionSpans } from './redaction/redaction-spans.ts';
import { findTableColumns } from './redaction/table-columns.ts';
import { findFormParts } from './redaction/form-parts.ts';
import { findOracleCredentials, findPassFileLines, findUrlCredentials } from './redaction/url-credentials.ts';
import { findVendorKeys } from './redaction/vendor-shapes.ts';

const finders: readonly ((spans: RedactionSpans) => void)[] = [
  findVendorKeys,
  findNamedSecrets,
  findUrlCredentials,
  findOracleCredentials,
  findPassFileLines,
  findDottedTokens,
  findPrivateKeys,
  findJsonWebKeys,
  findBearerTokens,
  findDigestResponses,
  findOptionValues,
  findUserOptions,
  findStatementPasswords,
  findPasswordHashes,
  findProgramPasswords,
  findSpokenSecrets,
  findAccessKeyPairs,
  findTableColumns,
  findFormParts,
];

/**
 * The text with every secret in it replaced by `[REDACTED]`: keys known by their vendor's shape, values whose name says
 * that they are secret, credentials in URLs, headers, cookies, commands and connection strings, private keys and tokens;
 * also where they are escaped or percent-encoded. A line of JSON stays JSON. Time grows with the length of the text only.
 */
export function redact(text: string): string {
  const spans = new RedactionSpans(text);
  for (const find of finders) find(spans);
  return spans.apply();
}
