// Imports one module in a fresh process and says how long that took and what came with it. Plain JavaScript: stripping
// types would be part of the measurement.
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
const [url] = process.argv.slice(2);
const rssBefore = process.memoryUsage.rss();
const startedAt = performance.now();
await import(url);
const ms = performance.now() - startedAt;
const rssMb = (process.memoryUsage.rss() - rssBefore) / 1048576;
process.stdout.write(`${JSON.stringify({ ms, rssMb, loaded })}\n`, () => process.exit(0));
