import { fileURLToPath } from 'node:url';

/** The folder of the shipped routing set. In this folder and no deeper: `../data` must be the same seen from src and from dist. */
export const shippedSetFolder = fileURLToPath(new URL('../data/eval', import.meta.url));
