import { describe, expect, it } from 'vitest';
import { fencesOf } from '../workspace/documents.ts';
import { workspaceRoot } from '../workspace/gate.ts';
import { typeCheck } from './snippets.ts';

const document = `# A

\`\`\`ts
import { createUsage } from '@lattice-lock/contract';
import { mine } from './mine.ts';

const usage = createUsage({ inputTokens: 1 });
console.log(usage, mine);
\`\`\`

And so on:

\`\`\`ts
const usage = 1;
createUsage({ inputTokens: 'one' });
await Promise.resolve(usage);
\`\`\`

\`\`\`ts
import { noSuchExport } from '@lattice-lock/contract';
\`\`\`
`;

describe('the snippet check', () => {
  it('finds fences with their lines', () => {
    expect(fencesOf('A.md', document).map(({ line, language }) => [line, language])).toEqual([
      [4, 'ts'],
      [14, 'ts'],
      [20, 'ts'],
    ]);
  });

  it('is red for what does not type-check, at its line, and lets a snippet go on where the last one ended', () => {
    const problems = typeCheck(workspaceRoot, fencesOf('A.md', document));
    expect(problems).toEqual([
      expect.stringMatching(/^A\.md:15: Type 'string' is not assignable to type 'number/),
      expect.stringMatching(/^A\.md:20: .*noSuchExport/),
    ]);
  });
});
