import type { Leftover, LeftoverWatch } from './leftover.ts';

type Listener = (...values: unknown[]) => void;

/** Sees listeners that were added to `process` or taken away from it. */
export const listenerWatch: LeftoverWatch = {
  begin() {
    const before = listenersByEvent();
    return () => {
      const after = listenersByEvent();
      const found: Leftover[] = [];
      for (const [event, listeners] of after) {
        const added = without(listeners, before.get(event) ?? []);
        if (added.length > 0) found.push(addedLeftover(event, added));
      }
      for (const [event, listeners] of before) {
        const removed = without(listeners, after.get(event) ?? []);
        if (removed.length > 0) found.push(removedLeftover(event, removed));
      }
      return found;
    };
  },
};

function listenersByEvent(): ReadonlyMap<string | symbol, readonly Listener[]> {
  return new Map(
    process.eventNames().map((event) => [event, process.rawListeners(event as NodeJS.Signals) as Listener[]]),
  );
}

/** The same listener may be there several times: each counts. */
function without(listeners: readonly Listener[], others: readonly Listener[]): readonly Listener[] {
  const rest = [...others];
  return listeners.filter((listener) => {
    const index = rest.indexOf(listener);
    if (index === -1) return true;
    rest.splice(index, 1);
    return false;
  });
}

function addedLeftover(event: string | symbol, added: readonly Listener[]): Leftover {
  return {
    kind: 'listener',
    name: `"${String(event)}"`,
    change: `was added and not removed${times(added)}`,
    restore: () => {
      for (const listener of added) process.removeListener(event, listener);
    },
  };
}

function removedLeftover(event: string | symbol, removed: readonly Listener[]): Leftover {
  return {
    kind: 'listener',
    name: `"${String(event)}"`,
    change: `was removed that the test did not add${times(removed)}`,
    restore: () => {
      for (const listener of removed) process.on(event, listener);
    },
  };
}

function times({ length }: readonly Listener[]): string {
  return length === 1 ? '' : ` (${length} of them)`;
}
