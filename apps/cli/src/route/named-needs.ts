/** What a request can be said to need without having it: `--needs`. */
export const namedNeeds = ['vision', 'files', 'tools', 'json'] as const;

/** One of {@link namedNeeds}. */
export type NamedNeed = (typeof namedNeeds)[number];
