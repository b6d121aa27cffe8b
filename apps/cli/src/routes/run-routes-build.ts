import { watchForInterruption } from '../ask/interruption.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { withRoutes, type RoutesFlags } from './routes-session.ts';

/**
 * Has the embedding model of routes see their examples, with progress; what it costs is in the books. Ctrl-C stops it, and the
 * next build goes on from there.
 *
 * @throws LatticeError what the model answers
 */
export async function runRoutesBuild(
  file: string | undefined,
  flags: RoutesFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, err } = invocation;
  const interruption = watchForInterruption(invocation);
  try {
    return await withRoutes(file, invocation, { isRecorded: true }, async (routes) => {
      const { name } = routes.set.embedder;
      const built = await routes.build({
        signal: interruption.signal,
        onProgress: (done, total) => err.line(err.paint.dim(`${done} of ${total} texts`)),
      });
      if (flags.json === true) out.json({ embedder: name, ...built });
      else if (built.folder === null)
        out.line('The local embedder needs no index: it is made at start, in milliseconds.');
      else {
        const { embedded, reused, folder } = built;
        out.line(`${embedded} texts embedded by ${escapeLine(name)}, ${reused} were there: ${escapeLine(folder)}`);
      }
      return exitCodes.ok;
    });
  } catch (error) {
    if (interruption.exitCode === null) throw error;
    err.line('Stopped; the next build goes on from here.');
    return interruption.exitCode;
  } finally {
    interruption.dispose();
  }
}
