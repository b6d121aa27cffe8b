import { InvalidArgumentError, Option } from 'commander';

/** Words apart by commas, also of an option that is given several times. */
export function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, previous: readonly string[] | undefined) => {
    const words = value.split(',').map((word) => word.trim());
    return [...(previous ?? []), ...words.filter((word) => word !== '')];
  });
}

/** As {@link listOption}, of known words only. */
export function choicesOption(flags: string, description: string, choices: readonly string[]): Option {
  const list = choices.join(', ');
  return new Option(flags, `${description} (${list})`).argParser(
    (value: string, previous: readonly string[] | undefined) => {
      const words = value.split(',').map((word) => word.trim());
      const unknown = words.find((word) => !choices.includes(word));
      if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${list}.`);
      return [...(previous ?? []), ...words];
    },
  );
}

/** A whole number of at least one. */
export function parseCount(value: string): number {
  const count = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError('Give a whole number of 1 or more.');
  }
  return count;
}

/** A decimal number within bounds, both included. */
export function parseNumberWithin(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d*\.?\d+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(
        max === Infinity ? `Give a number of ${min} or more.` : `Give a number from ${min} to ${max}.`,
      );
    }
    return number;
  };
}
