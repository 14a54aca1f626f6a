import type { AssetId, SubmissionId, WorkerStep } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';

/** The row that each step works on: the provider whose lane it is, an attempt, or an asset. */
export interface StepSubjects {
  readonly dispatch: string;
  readonly submit: SubmissionId;
  readonly check: SubmissionId;
  readonly ingest: SubmissionId;
  readonly poster: AssetId;
  readonly deliver: string;
}

/** A hint that a step may be due. It carries no state: the handler loads the row and decides. */
export type StepMessage = {
  readonly [Step in WorkerStep]: { readonly step: Step; readonly id: StepSubjects[Step] };
}[WorkerStep];

/** When the same step of the same row is due again; nothing when it has no timer of its own. */
export interface StepResult {
  readonly again?: Instant;
}

export type StepHandler<Id extends string = string> = (id: Id, signal: AbortSignal) => Promise<StepResult>;
export type StepHandlers = { readonly [Step in WorkerStep]?: StepHandler<StepSubjects[Step]> };

/** The handler of a step for a queue, to which an id is the text that was offered. */
export function handlerOf(handlers: StepHandlers, step: WorkerStep): StepHandler | undefined {
  return handlers[step] as StepHandler | undefined;
}

/** The message of a step for a queue, to which an id is the text that was offered. */
export function messageOf(step: WorkerStep, id: string): StepMessage {
  return { step, id } as StepMessage;
}

export interface StepQueueStatistics {
  readonly step: WorkerStep;
  readonly waiting: number;
  readonly running: number;
  /** When the earliest waiting message is due. */
  readonly earliest: Instant | null;
}

/**
 * Carries steps. Losing every message loses nothing, because overdue rows are offered again from the database.
 *
 * The key of a message is its step and id. Offering a key that waits keeps the earlier time. Offering a key that runs
 * makes it run once more afterwards. No key ever runs twice at a time in one process.
 */
export interface StepQueue {
  offer(message: StepMessage, runAt: Instant): Promise<void>;
  /** Whether this process runs a key, or will as soon as it has a place: an offer of it for now would change nothing. */
  holds(message: StepMessage): boolean;
  /** Starts to run handlers. A handler that throws is logged and offered again after a growing delay. */
  start(handlers: StepHandlers): Promise<void>;
  /** Takes no further message, aborts the signal of running handlers after `graceMs`, and waits for them to end. */
  stop(graceMs: number): Promise<void>;
  statistics(): Promise<StepQueueStatistics[]>;
}
