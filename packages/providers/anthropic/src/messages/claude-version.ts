/** A Claude model's family and version. */
export interface ClaudeVersion {
  /** `opus`, `sonnet`, `haiku`; empty for those before the families. */
  readonly family: string;
  /** Major times 100 plus minor: 4.6 is 406. */
  readonly number: number;
}

/** Reads the version from a model's name, dated, undated or a cloud's; `null` where the name tells none. */
export function claudeVersionOf(model: string): ClaudeVersion | null {
  if (!model.includes('claude')) return null;
  if (/claude-(?:instant|2)/.test(model)) return { family: '', number: 200 };
  const early = /claude-3(?:[-.](\d)(?!\d))?-(opus|sonnet|haiku)?/.exec(model);
  if (early !== null) return { family: early[2] ?? '', number: 300 + Number(early[1] ?? 0) };
  const version = /claude-(opus|sonnet|haiku)-(\d+)(?:[-.](\d{1,2})(?!\d))?/.exec(model);
  if (version === null) return null;
  return { family: version[1] ?? '', number: Number(version[2]) * 100 + Number(version[3] ?? 0) };
}
