import { expect, it } from 'vitest';
import { visit } from './visits.ts';

it('is the first to come', () => expect(visit()).toBe(1));
