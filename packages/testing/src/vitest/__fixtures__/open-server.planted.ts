import { createServer } from 'node:http';
import { once } from 'node:events';
import { beforeAll, expect, it } from 'vitest';

beforeAll(async () => {
  process.env['PLANTED_BY_FILE'] = '1';
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  setTimeout(() => undefined, 600_000);
});

it('has done nothing wrong itself', () => expect(process.env['PLANTED_BY_FILE']).toBe('1'));
