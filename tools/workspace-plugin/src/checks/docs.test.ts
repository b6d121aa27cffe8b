import { describe, expect, it } from 'vitest';
import { readDocument } from './docs.ts';

describe('the docs check', () => {
  const read = (text: string, file = 'README.md') =>
    readDocument(file, text, ['test', 'lint'], (target) => target === 'SECURITY.md');

  it('is red for links that lead nowhere', () => {
    expect(read('[a](SECURITY.md#reporting) [b](https://example.com) [c](#here)')).toEqual([]);
    expect(read('[a](GONE.md)')).toHaveLength(1);
  });

  it('is red for scripts that do not exist, where they stand as code', () => {
    expect(read('`npm test`, `npm run lint`, `npm ci`; npm has no opinion')).toEqual([]);
    expect(read('`npm run gone`')).toHaveLength(1);
    expect(read('```sh\nnpm gone\n```')).toHaveLength(1);
  });

  it('is red for a package README that nobody reads to its end', () => {
    expect(read('\n'.repeat(119), 'packages/a/README.md')).toEqual([]);
    expect(read('\n'.repeat(120), 'packages/a/README.md')).toHaveLength(1);
    expect(read('\n'.repeat(500), 'ARCHITECTURE.md')).toEqual([]);
  });
});
