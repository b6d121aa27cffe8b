import { describe, it } from 'vitest';

describe.each(['a', 'b', 'c', 'd', 'e', 'f'])('%s', (name) => {
  it('runs', () => process.stdout.write(`ran ${name} in ${process.pid}\n`));
});
