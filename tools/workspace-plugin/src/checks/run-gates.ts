import { spawn } from 'node:child_process';
import process from 'node:process';
import { quietNx } from '../workspace/command.ts';
import type { Gate } from './gates.ts';

/** How a gate ended. */
export interface GateRun {
  readonly name: string;
  readonly seconds: number;
  readonly isGreen: boolean;
}

/** Runs gates one after the other, those that stand aside beside the ones that follow; results are in their order. */
export async function runGates(gates: readonly Gate[]): Promise<readonly GateRun[]> {
  const runs = new Map<Gate, GateRun>();
  const aside: { readonly gate: Gate; readonly ended: Promise<GateRun>; readonly output: Buffer[] }[] = [];
  for (const [index, gate] of gates.entries()) {
    if (gate.isAside === true && index < gates.length - 1) {
      const output: Buffer[] = [];
      aside.push({ gate, output, ended: runGate(gate, output) });
      continue;
    }
    process.stdout.write(`\n=== ${gate.name}\n`);
    runs.set(gate, await runGate(gate, null));
  }
  for (const { gate, ended, output } of aside) {
    runs.set(gate, await ended);
    process.stdout.write(`\n=== ${gate.name}\n`);
    process.stdout.write(Buffer.concat(output));
  }
  return gates.flatMap((gate) => runs.get(gate) ?? []);
}

/** Runs a gate; what it says goes to the terminal at once, or into `output`. */
function runGate({ name, command, args }: Gate, output: Buffer[] | null): Promise<GateRun> {
  const startedMs = performance.now();
  const stdio = output === null ? 'inherit' : (['ignore', 'pipe', 'pipe'] as const);
  const child = spawn(command, args, {
    env: { ...process.env, ...quietNx },
    stdio: typeof stdio === 'string' ? stdio : [...stdio],
  });
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
