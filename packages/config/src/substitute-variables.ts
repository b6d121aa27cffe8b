/** `${NAME}`, and `$${` for a `${` that stays. */
const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** A text with its references resolved, and the names that are not set. */
export interface SubstitutedText {
  readonly text: string;
  readonly missing: readonly string[];
}

/**
 * Replaces each `${NAME}` by the environment variable of that name. What comes in is text and is not looked at again: a
 * variable cannot smuggle in another reference. An empty variable counts as not set.
 */
export function substituteVariables(
  source: string,
  variables: Readonly<Record<string, string | undefined>>,
): SubstitutedText {
  if (!source.includes('${')) return { text: source, missing: [] };
  const missing: string[] = [];
  const text = source.replace(reference, (whole, name: string | undefined) => {
    if (name === undefined) return '${';
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined && value !== '') return value;
    missing.push(name);
    return whole;
  });
  return { text, missing };
}
