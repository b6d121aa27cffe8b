import type { InitChoice } from './init-choice.ts';

/** A variable of `.env`, with what to know about it. */
export interface EnvVariable {
  readonly name: string;
  /** `null`: written as a comment, to be filled in. */
  readonly value: string | null;
  readonly guidance: string;
}

/** The variables of a new set-up. */
export function envVariables({ provider, apiKey }: InitChoice, secretKey: string): readonly EnvVariable[] {
  const [keyName] = provider?.env.apiKey ?? [];
  const guidance = `The key of ${provider?.displayName ?? ''}${provider?.needsApiKey === false ? ', where it wants one' : ''}.`;
  return [
    ...(keyName === undefined ? [] : [{ name: keyName, value: apiKey, guidance }]),
    { name: 'LATTICE_LOCK_SECRET_KEY', value: secretKey, guidance: 'Made for this set-up; production needs one.' },
  ];
}

const head = `# Secrets of Lattice Lock. Never commit this file. Variables of the real environment win over it.
# Other variables: lattice help init, and the README of @lattice-lock/config.
`;

function isSet(text: string, name: string): boolean {
  return new RegExp(`^\\s*(export\\s+)?${name}\\s*=\\s*\\S`, 'm').test(text);
}

/** A whole `.env`, or an existing one with what it lacks behind it; a value that was given takes the place of the old. */
export function envText(
  variables: readonly EnvVariable[],
  existing: string | null,
  replaced: readonly string[],
): string {
  let text = existing ?? head;
  for (const { name, value, guidance } of variables) {
    if (replaced.includes(name) && value !== null) {
      text = text.replace(new RegExp(`^\\s*(export\\s+)?${name}\\s*=.*\\n?`, 'gm'), '');
    }
    if (isSet(text, name)) continue;
    const line = value === null ? `# ${name}=` : `${name}=${value}`;
    if (value === null && text.includes(line)) continue;
    text = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}\n# ${guidance}\n${line}\n`;
  }
  return text;
}
