import {
  formatModelRef,
  type Decision,
  type ImagePart,
  type Message,
  type FilePart,
  type RunRequest,
  type SelectionConstraints,
  type TextPart,
} from '@lattice-lock/contract';
import { readPrompt } from '../ask/prompt.ts';
import { readSchemaFile } from '../ask/schema-file.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession, simulatorNotice } from '../lattice-session.ts';
import { formatUsd } from '../terminal/figures.ts';
import { UsageError } from '../usage-error.ts';
import { explainDecision } from './explain-decision.ts';
import type { NamedNeed } from './named-needs.ts';

/** Flags of `lattice route`. */
export interface RouteFlags {
  readonly model?: string;
  readonly preset?: string;
  readonly system?: string;
  readonly file?: readonly string[];
  readonly schema?: string;
  readonly maxTokens?: number;
  readonly needs?: readonly NamedNeed[];
  readonly maxCost?: number;
  readonly minQuality?: number;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly json?: boolean;
  readonly explain?: boolean;
  /** The first of two configurations; the second is the first word. */
  readonly compare?: string;
  readonly jsonl?: boolean;
  readonly router?: string;
}

/** Decides which model would answer, calls none, and says why. @throws LatticeError `LATTICE_NO_CANDIDATE`, `LATTICE_UNKNOWN_MODEL` */
export async function runRoute(words: readonly string[], flags: RouteFlags, invocation: Invocation): Promise<ExitCode> {
  if (flags.compare !== undefined) return compare(flags.compare, words, flags, invocation);
  const request = await routeRequest(words, flags, invocation);
  const session = await openLatticeSession(invocation, { isRecorded: false, isLearned: true });
  try {
    const decision = await session.lattice.route(request);
    show(decision, flags, invocation);
    return exitCodes.ok;
  } finally {
    await session.close();
  }
}

async function compare(
  first: string,
  [second, ...words]: readonly string[],
  flags: RouteFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  if (second === undefined) {
    throw new UsageError('--compare takes two configuration files: lattice route --compare a.yaml b.yaml "prompt"');
  }
  const request = await routeRequest(words, flags, invocation);
  const { runCompare } = await import('./run-compare.ts');
  return runCompare([first, second], request, flags.json === true, invocation);
}

async function routeRequest(words: readonly string[], flags: RouteFlags, invocation: Invocation): Promise<RunRequest> {
  const { schema, maxTokens, system, file = [], needs = [] } = flags;
  const responseFormat = schema === undefined ? undefined : await readSchemaFile(schema, invocation.context.cwd);
  const messages = await readPrompt({ words, files: file, system, joinsStandardInput: false }, invocation);
  return {
    messages: withNeededParts(messages, needs),
    model: requestedModel(flags),
    constraints: constraintsOf(flags),
    ...(needs.includes('tools') ? { tools: [anyTool] } : {}),
    ...(needs.includes('json') ? { responseFormat: { type: 'json' } as const } : {}),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
  };
}

function requestedModel({ model, preset }: RouteFlags): string {
  if (preset === undefined) return model ?? 'auto';
  if (model !== undefined && model !== 'auto') {
    throw new UsageError('--preset chooses a model and --model names one: give only one of them.');
  }
  return `auto:${preset}`;
}

function constraintsOf({ allow = [], deny = [], maxCost, minQuality, maxTokens }: RouteFlags): SelectionConstraints {
  return {
    ...(allow.length === 0 ? {} : { allow }),
    ...(deny.length === 0 ? {} : { deny }),
    ...(maxCost === undefined ? {} : { maxCostUsd: maxCost }),
    ...(minQuality === undefined ? {} : { minQuality }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
  };
}

/** Stands for whatever tools the real request would offer. */
const anyTool = { name: 'any_tool', parameters: { type: 'object', properties: {} } };

/** One pixel, transparent: the smallest image there is. */
const anyImage: ImagePart = {
  type: 'image',
  source: {
    type: 'base64',
    mediaType: 'image/png',
    data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  },
};

const anyDocument: FilePart = {
  type: 'file',
  filename: 'document.pdf',
  source: { type: 'base64', mediaType: 'application/pdf', data: Buffer.from('%PDF-1.4\n').toString('base64') },
};

/** The prompt with a part of each kind that is needed. */
function withNeededParts(messages: readonly Message[], needs: readonly NamedNeed[]): readonly Message[] {
  const added = [...(needs.includes('vision') ? [anyImage] : []), ...(needs.includes('files') ? [anyDocument] : [])];
  return messages.map((message) => {
    if (message.role !== 'user' || added.length === 0) return message;
    const { content } = message;
    return { role: 'user', content: [...(typeof content === 'string' ? [textPart(content)] : content), ...added] };
  });
}

function textPart(text: string): TextPart {
  return { type: 'text', text };
}

function show(decision: Decision, flags: RouteFlags, invocation: Invocation): void {
  const { out, err } = invocation;
  if (flags.json === true) {
    out.json(decision);
  } else if (flags.explain === true) {
    out.write(explainDecision(decision, out));
  } else {
    out.line(formatChoice(decision));
    err.line(err.paint.dim('Add --explain to see why, --json for every candidate with its filter or terms.'));
  }
  if (decision.simulated) err.line(err.paint.yellow(simulatorNotice));
}

/** `openai/gpt-5-mini  score 0.81  task code (difficulty 0.40)  about $0.0021` */
function formatChoice(decision: Decision): string {
  const chosen = formatModelRef(decision.chosen);
  const found = decision.candidates.find(({ model }) => formatModelRef(model) === chosen);
  const ranked = found?.status === 'ranked' ? found : undefined;
  const costUsd = ranked?.expectedCostUsd ?? null;
  const { kind, difficulty } = decision.profile;
  return [
    chosen,
    ...(ranked === undefined ? [] : [`score ${ranked.score.toFixed(3)}`]),
    `task ${kind} (difficulty ${difficulty.toFixed(2)})`,
    costUsd === null ? 'cost unknown' : `about ${formatUsd(nanoOf(costUsd))}`,
  ].join('  ');
}

function nanoOf(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
