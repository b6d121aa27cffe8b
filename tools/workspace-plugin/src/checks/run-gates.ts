import { spawn } from 'node:child_process';
import { constants, getPriority, setPriority } from 'node:os';
import process from 'node:process';
import { quietNx } from '../workspace/command.ts';
import type { Gate } from './gates.ts';

/** How a gate ended. */
export interface GateRun {
  readonly name: string;
  readonly seconds: number;
  readonly isGreen: boolean;
}

/**
 * Runs gates one after the other, those that stand aside beside the ones that follow, which leave them the right of way
 * to a core; results are in their order.
 */
export async function runGates(gates: readonly Gate[]): Promise<readonly GateRun[]> {
  const runs = new Map<Gate, GateRun>();
  const aside = new Map<string, { readonly ended: Promise<GateRun>; readonly output: Buffer[] }>();
  const finish = async (gate: Gate) => {
    const running = aside.get(gate.name);
    if (running === undefined || runs.has(gate)) return;
    runs.set(gate, await running.ended);
    process.stdout.write(`\n=== ${gate.name}\n`);
    process.stdout.write(Buffer.concat(running.output));
  };
  for (const [index, gate] of gates.entries()) {
    if (gate.isAside === true && index < gates.length - 1) {
      const output: Buffer[] = [];
      aside.set(gate.name, { output, ended: runGate(gate, output) });
      continue;
    }
    for (const before of gates) if (before.name === gate.waitsFor) await finish(before);
    process.stdout.write(`\n=== ${gate.name}\n`);
    runs.set(gate, await runGate(gate, null, aside.size > 0));
  }
  for (const gate of gates) await finish(gate);
  return gates.flatMap((gate) => runs.get(gate) ?? []);
}

/** Runs a gate; what it says goes to the terminal at once, or into `output`. */
function runGate({ name, command, args }: Gate, output: Buffer[] | null, givesWay = false): Promise<GateRun> {
  const startedMs = performance.now();
  const stdio = output === null ? 'inherit' : (['ignore', 'pipe', 'pipe'] as const);
  const child = spawn(command, args, {
    env: { ...process.env, ...quietNx },
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
  });
  if (givesWay) lowerPriority(child.pid);
  child.stdout?.on('data', (chunk: Buffer) => output?.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output?.push(chunk));
  return new Promise((resolve) => {
    const end = (isGreen: boolean) => resolve({ name, isGreen, seconds: (performance.now() - startedMs) / 1000 });
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}

/** What the process starts from here on inherits it. A system that knows no priorities has the gate at its usual one. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // It has ended already, or may not be changed: the gate runs all the same.
  }
}
