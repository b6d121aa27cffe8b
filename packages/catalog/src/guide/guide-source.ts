import type { SourceProblem } from '../yaml-source.ts';

/** A text of the guide and where it stands. */
export interface GuideWord {
  readonly text: string;
  /** `file:line:column`. */
  readonly place: string;
}

/** A name of a model as it is written, with the words behind it. */
export interface GuideName extends GuideWord {
  readonly reason: string | null;
}

/** What a guide says, before its names are looked up. */
export type GuideStatement =
  | { readonly type: 'preferred' | 'blocked'; readonly models: readonly GuideName[] }
  | { readonly type: 'task'; readonly task: GuideWord; readonly models: readonly GuideName[] }
  | { readonly type: 'chain'; readonly models: readonly GuideName[]; readonly place: string }
  | { readonly type: 'ceiling'; readonly task: GuideWord | null; readonly amount: GuideWord };

/** A guide that was read: what it says, and what is wrong with how it says it. */
export interface GuideSource {
  readonly statements: readonly GuideStatement[];
  readonly problems: readonly SourceProblem[];
}

/** The sections of a guide and the headings or keys that mean them. */
export const sectionNames = Object.freeze({
  preferred: ['preferred', 'prefer', 'preferred models'],
  blocked: ['blocked', 'block', 'blocked models', 'never', 'forbidden'],
  tasks: ['tasks', 'task picks', 'picks', 'per task', 'per-task picks', 'models by task'],
  chains: ['chains', 'fallbacks', 'fallback chains'],
  ceilings: ['ceilings', 'cost ceilings', 'ceiling', 'cost limits', 'limits'],
});

/** A section of a guide. */
export type GuideSection = keyof typeof sectionNames;

/** The section that a heading or a key names. */
export function sectionOf(name: string): GuideSection | undefined {
  const plain = name.trim().toLowerCase().replace(/\s+/g, ' ').replace(/:$/, '');
  const sections = Object.entries(sectionNames) as readonly [GuideSection, readonly string[]][];
  return sections.find(([, names]) => names.includes(plain))?.[0];
}
