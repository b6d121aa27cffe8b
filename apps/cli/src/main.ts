import process from 'node:process';
import { createProcessContext, runCli } from './index.ts';

const exitCode = await runCli(process.argv.slice(2), createProcessContext());
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// A socket that a library forgot must not keep a finished command alive.
process.exit(exitCode);

function flushed(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
