import {
  LatticeError,
  type Answer,
  type Clock,
  type DecisionStore,
  type Feedback,
  type FeedbackReceipt,
  type LedgerEntry,
  type ModelRef,
  type Outcome,
  type OutcomeStore,
  type OutcomeTask,
  type TaskProfile,
  type UsageLedger,
} from '@lattice-lock/contract';
import type { OutcomeLearner } from '@lattice-lock/scoring';
import { readFeedback } from './read-feedback.ts';

/** What a {@link FeedbackRecorder} works with. */
export interface FeedbackRecorderOptions {
  /** Where it stands who made a request and who answered; the runs of this process alone without it. */
  readonly ledger?: UsageLedger;
  /** Where it stands what the task was. */
  readonly decisions?: DecisionStore;
  /** Where outcomes are kept; nowhere unless given. */
  readonly outcomes?: OutcomeStore;
  /** Who learns from them; nobody unless given. */
  readonly learner?: OutcomeLearner;
  readonly clock: Clock;
}

/** An answer that can be judged. */
interface JudgedRun {
  readonly decisionId: string | null;
  readonly apiKeyId: string | null;
  /** `null` where no model answered. */
  readonly model: ModelRef | null;
  readonly task: OutcomeTask | null;
}

/** Runs remembered where there is no ledger: the latest. A profile that nobody has read yet holds up to some kB of text. */
const maxRemembered = 1000;

/** Takes judgements of answers: finds what was judged, keeps the outcome, and has it learned from. */
export class FeedbackRecorder {
  readonly #options: FeedbackRecorderOptions;
  readonly #runs = new Map<string, JudgedRun>();

  constructor(options: FeedbackRecorderOptions) {
    this.#options = options;
  }

  /** Remembers a run that ended well, where no ledger does. */
  note(answer: Answer, apiKeyId: string | null): void {
    const { ledger, outcomes, learner } = this.#options;
    if (ledger !== undefined || (outcomes === undefined && learner === undefined)) return;
    const { requestId, decision, provider, model } = answer;
    const { profile } = decision;
    const [oldest] = this.#runs.size >= maxRemembered ? this.#runs.keys() : [];
    if (oldest !== undefined) this.#runs.delete(oldest);
    this.#runs.set(requestId, {
      decisionId: decision.id,
      apiKeyId,
      model: { provider, model },
      // Few answers are judged: what the task was is read from the text when this one is.
      get task() {
        return taskOf(profile);
      },
    });
  }

  /**
   * Keeps a judgement and learns from it. A second one of the same key and source for the same request takes the place of
   * the first.
   *
   * @throws LatticeError `LATTICE_INVALID_REQUEST` naming the field, or for a request that nobody answered;
   * `LATTICE_NOT_FOUND` for a request that is not known; `LATTICE_PERMISSION` for that of another key; `LATTICE_UNSUPPORTED`
   * where outcomes are neither kept nor learned from; `LATTICE_STORAGE`
   */
  async record(feedback: Feedback): Promise<FeedbackReceipt> {
    const judgement = readFeedback(feedback);
    const { outcomes, learner, clock } = this.#options;
    if (outcomes === undefined && learner === undefined) {
      throw new LatticeError(
        'LATTICE_UNSUPPORTED',
        'Feedback is neither kept nor learned from: give a store of outcomes, or set routing.learning.enabled.',
      );
    }
    const run = await this.#find(feedback);
    const { decisionId, model, task } = run;
    if (model === null) {
      throw fieldError(
        feedback,
        `No model answered the request "${feedback.requestId}", so there is nothing to judge.`,
      );
    }
    const outcome: Outcome = {
      requestId: feedback.requestId,
      decisionId,
      model,
      task,
      apiKeyId: feedback.apiKeyId ?? null,
      ...judgement,
      atMs: clock.now(),
    };
    await outcomes?.add(outcome);
    learner?.observe(outcome);
    return { outcome, learned: task === null ? null : (learner?.learned(model.model, task) ?? null) };
  }

  async #find(feedback: Feedback): Promise<JudgedRun> {
    const { requestId, apiKeyId = null, isOperator = false } = feedback;
    const runs = this.#options.ledger === undefined ? this.#remembered(requestId) : await this.#recorded(requestId);
    if (runs.length === 0) {
      throw new LatticeError('LATTICE_NOT_FOUND', `There is no request "${requestId}" whose answer could be judged.`, {
        issues: [{ path: 'requestId', message: 'is not the id of a request' }],
      });
    }
    const own = runs.findLast((run) => isOperator || run.apiKeyId === apiKeyId);
    if (own !== undefined) return own;
    throw new LatticeError(
      'LATTICE_PERMISSION',
      `The request "${requestId}" was made with another key: only that key and the operator can judge its answer.`,
    );
  }

  #remembered(requestId: string): readonly JudgedRun[] {
    const run = this.#runs.get(requestId);
    return run === undefined ? [] : [run];
  }

  /** The runs of a request, each once, in the order of their start: an id may be sent twice. */
  async #recorded(requestId: string): Promise<readonly JudgedRun[]> {
    const byRun = new Map<string, LedgerEntry[]>();
    for (const entry of (await this.#options.ledger?.entries({ requestId })) ?? []) {
      // What was called on the way to a decision, such as an embedding model, is no answer.
      if (entry.decisionId === null) continue;
      const name = `${entry.decisionId}\n${entry.apiKeyId ?? ''}`;
      byRun.set(name, [...(byRun.get(name) ?? []), entry]);
    }
    return Promise.all([...byRun.values()].map((attempts) => this.#runOf(attempts)));
  }

  async #runOf(attempts: readonly LedgerEntry[]): Promise<JudgedRun> {
    const answering =
      attempts.findLast(({ status }) => status === 'ok') ?? attempts.findLast(({ status }) => status === 'interrupted');
    const { decisionId = null, apiKeyId = null } = attempts[0] ?? {};
    const decision = decisionId === null ? undefined : await this.#options.decisions?.get(decisionId);
    return {
      decisionId,
      apiKeyId,
      model: answering === undefined ? null : { provider: answering.provider, model: answering.model },
      task: decision === undefined ? null : taskOf(decision.profile),
    };
  }
}

function taskOf(profile: TaskProfile): OutcomeTask | null {
  const { kind, difficulty } = profile;
  // Decisions of before there were domains have none.
  const domain = profile.domain as string | undefined;
  return domain === undefined ? null : { kind, domain, difficulty };
}

function fieldError(feedback: Feedback, message: string): LatticeError {
  return new LatticeError('LATTICE_INVALID_REQUEST', message, { issues: [{ path: 'requestId', message }] });
}
