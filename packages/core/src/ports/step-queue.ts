import type { WorkerStep } from '@pixsim7/contracts';
import type { Instant } from '../model/index.ts';

/** A hint that a step may be due. It carries no state: the handler loads the row and decides. */
export interface StepMessage {
  readonly step: WorkerStep;
  /** The row: a provider id for `dispatch`, a submission id for the others. */
  readonly id: string;
}

/** When the same step of the same row is due again; nothing when it has no timer of its own. */
export interface StepResult {
  readonly again?: Instant;
}

export type StepHandler = (id: string, signal: AbortSignal) => Promise<StepResult>;
export type StepHandlers = Readonly<Partial<Record<WorkerStep, StepHandler>>>;

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
  /** Starts to run handlers. A handler that throws is logged and offered again after a growing delay. */
  start(handlers: StepHandlers): Promise<void>;
  /** Takes no further message, aborts the signal of running handlers after `graceMs`, and waits for them to end. */
  stop(graceMs: number): Promise<void>;
  statistics(): Promise<StepQueueStatistics[]>;
}
