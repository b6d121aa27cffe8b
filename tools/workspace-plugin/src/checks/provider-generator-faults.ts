import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text that a template or the generator holds, and what stands there instead; the gate has to say `said`. */
interface GeneratorFault {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly said: RegExp;
}

const generators = 'tools/workspace-plugin/src/generators';

const faults: readonly GeneratorFault[] = [
  {
    name: 'a core file is edited',
    file: `${generators}/provider.ts`,
    from: '  addToIndex(tree, values);',
    to: "  tree.write('README.md', 'mine');\n  addToIndex(tree, values);",
    said: /^the generator of faulty-acme changes README\.md: a new provider edits no core file$/,
  },
  {
    name: 'a template cannot be filled in',
    file: `${generators}/provider-files/own/src/index.ts.template`,
    from: '<%- className %>',
    to: '<%- noSuchName %>',
    said: /^the generator of faulty-acme-own ended with 1:\n[^]*noSuchName/,
  },
];

/** Plants every fault in a copy of the workspace; each shows in a provider of its own kind. */
export function plantGeneratorFaults(root: string): void {
  for (const { file, from, to } of faults) {
    const path = join(root, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  }
}

/** What the gate says of that copy has to be these faults and nothing else. */
export function judgeGeneratorFaults(problems: readonly string[]): readonly string[] {
  const missed = faults.filter(({ said }) => !problems.some((problem) => said.test(problem)));
  const other = problems.filter((problem) => !faults.some(({ said }) => said.test(problem)));
  return [
    ...missed.map(({ name, said }) => `not red: ${name}: the gate should say ${String(said)}`),
    ...other.map((problem) => `planted faults were told as something else: ${problem}`),
  ];
}
