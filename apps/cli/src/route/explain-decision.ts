import type { Decision } from '@lattice-lock/contract';
import { escapeForTerminal } from '../terminal/terminal-text.ts';
import type { TextOutput } from '../terminal/text-output.ts';

/** A decision as text for an output, as wide as it is. */
export async function explainDecision(decision: Decision, output: TextOutput): Promise<string> {
  const { formatDecision } = await import('@lattice-lock/selection');
  const text = formatDecision(decision, { columns: output.columns, color: output.usesColor });
  return `${output.usesColor ? text : escapeForTerminal(text)}\n`;
}
