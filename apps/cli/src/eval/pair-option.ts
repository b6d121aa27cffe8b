import { InvalidArgumentError } from 'commander';
import type { ModelPair } from '../router/batch-request.ts';

/** Reads `strong,weak`, also given several times. */
export function parsePair(value: string, previous: readonly ModelPair[] | undefined): readonly ModelPair[] {
  const [strong = '', weak = '', ...rest] = value.split(',').map((name) => name.trim());
  if (strong === '' || weak === '' || rest.length > 0 || strong === weak) {
    throw new InvalidArgumentError('Give two models: strong,weak.');
  }
  return [...(previous ?? []), { strong, weak }];
}
