const visits: number[] = [];

/** Counts its calls in a module, as a cache without a reset does. */
export function visit(): number {
  visits.push(process.pid);
  return visits.length;
}
