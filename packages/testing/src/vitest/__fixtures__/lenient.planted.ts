import { expect, it, vi } from 'vitest';

it('may leave what is ignored or allowed', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  process.env['PLANTED_ALLOWED'] = '1';
});

it('finds it as it was left', () => {
  expect([Math.random(), process.env['PLANTED_ALLOWED']]).toEqual([0.5, '1']);
});

it('may leave nothing else', () => {
  process.env['PLANTED_OTHER'] = '1';
});
