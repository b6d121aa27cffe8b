import { describe, expect, it } from 'vitest';
import { shownPath } from './shown-path.ts';

const key = `sk-ant-api03-${'aB3dE6gH9j'.repeat(9)}xyzAA`;

describe('shownPath', () => {
  it.each([
    ['/v1/models?key=abc', '/v1/models'],
    ['/v1/models/a%20b', '/v1/models/a b'],
    ['/v1/models/100%25%zz%ff', '/v1/models/100%%zz%ff'],
    ['/postgres%3A%2F%2Froot%3Ahunter22%40db%2Fapp', '/postgres://root:[REDACTED]@db/app'],
    [`/${'x'.repeat(150)}/${key}`, `/${'x'.repeat(150)}/[REDACTED]`],
    [`/${'y'.repeat(300)}`, `/${'y'.repeat(199)}`],
  ])('%s', (url, shown) => {
    expect(shownPath(url)).toBe(shown);
  });
});
