import { toLatticeError, type Answer, type LatticeError, type RunRequest } from '@lattice-lock/contract';
import type { Lattice } from 'lattice-lock';
import { reportError } from '../error-report.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession, simulatorNotice } from '../lattice-session.ts';
import { explainDecision } from '../route/explain-decision.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { formatFooter, formatSpent } from './answer-footer.ts';
import { answerJson } from './answer-json.ts';
import { AnswerPrinter, answerRemarks } from './answer-printer.ts';
import { watchForInterruption, type Interruption } from './interruption.ts';
import { readPrompt } from './prompt.ts';
import { readSchemaFile } from './schema-file.ts';

/** Flags of `lattice ask`. */
export interface AskFlags {
  readonly model?: string;
  readonly system?: string;
  readonly file?: readonly string[];
  readonly schema?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly json?: boolean;
  /** False after `--no-stream`. */
  readonly stream?: boolean;
  readonly explain?: boolean;
}

/** Asks a model and shows its answer. @throws LatticeError what ended the run, with what had been spent already printed */
export async function runAsk(words: readonly string[], flags: AskFlags, invocation: Invocation): Promise<ExitCode> {
  const request = await askRequest(words, flags, invocation);
  const interruption = watchForInterruption(invocation);
  try {
    const session = await openLatticeSession(invocation, { isRecorded: true });
    try {
      return await ask(session.lattice, { ...request, signal: interruption.signal }, flags, invocation, interruption);
    } finally {
      await session.close();
    }
  } finally {
    interruption.dispose();
  }
}

async function askRequest(words: readonly string[], flags: AskFlags, invocation: Invocation): Promise<RunRequest> {
  const { system, file = [], schema, model, maxTokens, temperature } = flags;
  const responseFormat = schema === undefined ? undefined : await readSchemaFile(schema, invocation.context.cwd);
  const messages = await readPrompt({ words, files: file, system, joinsStandardInput: true }, invocation);
  return {
    messages,
    ...(model === undefined ? {} : { model }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}

async function ask(
  lattice: Lattice,
  request: RunRequest,
  flags: AskFlags,
  invocation: Invocation,
  interruption: Interruption,
): Promise<ExitCode> {
  const { clock } = invocation.context;
  const printer = new AnswerPrinter(invocation);
  const startedMs = clock.monotonic();
  let answer: Answer;
  try {
    answer = await answerOf(lattice, request, flags, printer);
  } catch (error) {
    printer.end();
    return failed(toLatticeError(error), lattice.simulated, invocation, interruption, flags.json === true);
  }
  printer.end();
  report(answer, clock.monotonic() - startedMs, flags, invocation);
  return answer.refusal !== null && answer.text === '' ? exitCodes.failed : exitCodes.ok;
}

async function answerOf(
  lattice: Lattice,
  request: RunRequest,
  flags: AskFlags,
  printer: AnswerPrinter,
): Promise<Answer> {
  if (flags.json === true) return lattice.chat(request);
  if (flags.stream === false) {
    const answer = await lattice.chat(request);
    printer.showText(answer.text);
    return answer;
  }
  const stream = lattice.stream(request);
  for await (const event of stream) {
    printer.show(event);
    if (event.type === 'error') throw event.error;
  }
  return stream.answer;
}

function report(answer: Answer, elapsedMs: number, flags: AskFlags, invocation: Invocation): void {
  const { out, err } = invocation;
  if (flags.json === true) {
    out.json(answerJson(answer, elapsedMs));
    if (answer.simulated) err.line(err.paint.yellow(simulatorNotice));
    return;
  }
  if (answer.refusal !== null) err.line(`The model refused: ${escapeLine(answer.refusal)}`);
  for (const remark of answerRemarks(answer)) err.line(err.paint.yellow(escapeLine(remark)));
  err.line(err.paint.dim(formatFooter(answer, elapsedMs)));
  if (answer.simulated) err.line(err.paint.yellow(simulatorNotice));
  if (flags.explain === true) err.write(`\n${explainDecision(answer.decision, err)}`);
}

/** Says what was spent; what ended the run by the reader's own wish is not also reported as an error. */
function failed(
  error: LatticeError,
  isSimulated: boolean,
  invocation: Invocation,
  { exitCode }: Interruption,
  isJson: boolean,
): ExitCode | Promise<ExitCode> {
  if (exitCode === exitCodes.ok) return exitCode;
  // The JSON of the error holds the attempts with their cost.
  if (isJson) return reportError(error, true, invocation, exitCode);
  const { err } = invocation;
  const spent = formatSpent(error.attempts, isSimulated);
  if (exitCode === null) {
    if (spent !== null) err.line(err.paint.dim(spent));
    throw error;
  }
  err.line(exitCode === exitCodes.interrupted ? 'Interrupted.' : 'Terminated.');
  err.line(err.paint.dim(spent ?? 'Nothing was spent.'));
  return exitCode;
}
