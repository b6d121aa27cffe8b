#!/usr/bin/env node
// In a clone it runs from source, installed from dist; both need a current Node.
import { existsSync } from 'node:fs';
import module from 'node:module';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `lattice needs Node 22.19 or newer; this is Node ${process.versions.node}.\n` +
      'In a clone of the repository, after npm ci, "npx lattice ..." runs it on the Node that came with it.\n',
  );
  process.exit(1);
}

const source = new URL('../src/main.ts', import.meta.url);
const built = new URL('../dist/main.js', import.meta.url);
const useSource = existsSync(source) && process.env.LATTICE_FROM_DIST === undefined;
// Compiled code is kept in the system's temporary folder: --help takes a third of the time. NODE_DISABLE_COMPILE_CACHE=1 forgoes it.
module.enableCompileCache();
if (useSource) {
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['@lattice-lock/source', ...context.conditions] }),
  });
}
await import((useSource ? source : built).href);
