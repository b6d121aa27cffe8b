import { registerHooks } from 'node:module';

// Loaded by --import into a server whose own cost is to be seen: `@lattice-lock/storage` is replaced by stores that keep
// keys in memory and forget everything else.

const source = `
export async function openStorage() {
  const keys = [];
  return {
    file: ':none:',
    ledger: { record: async () => {}, open: async () => {}, settle: async () => {}, entries: async () => [], summarize: async () => [] },
    decisions: { save: async () => {}, get: async () => undefined, list: async () => [] },
    outcomes: { record: async () => {}, list: async () => [] },
    apiKeys: {
      insert: async (record) => void keys.push(record),
      findByHash: async (hash) => keys.find((key) => key.hash === hash),
      list: async () => keys,
      revoke: async () => false,
      touch: async () => {},
    },
    close: async () => {},
  };
}`;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== '@lattice-lock/storage') return next(specifier, context);
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});
