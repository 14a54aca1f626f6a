import type { JobParameters, OperationType } from '@pixsim7/contracts';
import type { DiskState } from './machine/disk.ts';
import type { ProcessRisks } from './machine/process.ts';
import type { QueueRisks } from './ports/simulated-step-queue.ts';
import type { FaultRates } from './provider/faults.ts';
import type { ServerSettings } from './provider/server.ts';

/** The bad luck ends at this time: no more faults, crashes or lost messages; the operator repairs every account. */
export const calmAfterMs = 6 * 60_000;

export interface PlannedProvider {
  readonly id: string;
  readonly server: ServerSettings;
  readonly canCancel: boolean;
  readonly sendsWebhooks: boolean;
  readonly tellsCredits: 'accepted' | 'ended' | 'never';
  /** null: not published. */
  readonly creditValueUsd: number | null;
  /** Bad luck of its own; that of the scenario when left out. */
  readonly faultRates?: FaultRates;
}

export interface PlannedAccount {
  readonly providerId: string;
  readonly label: string;
  readonly credential: string;
  readonly maxConcurrent: number;
  /** Generations that a provider that refuses more than its limit really runs: its operator may believe in more. */
  readonly realSlots: number;
  readonly deposit: number;
  readonly priority: number;
}

export interface DiskChange {
  readonly at: number;
  readonly to: DiskState;
}

/** People's actions, with their times in milliseconds after the start. Jobs are named by their number in the plan. */
export type PlannedAction =
  | {
      readonly kind: 'create';
      readonly at: number;
      readonly job: number;
      readonly operation: OperationType;
      /** A provider, or `auto`. */
      readonly providerId: string;
      readonly params: JobParameters;
      readonly priority: number;
      readonly pinnedTo: number | null;
      readonly maxCredits: number | null;
      /** Milliseconds after the creation. */
      readonly notBefore: number | null;
    }
  | { readonly kind: 'cancel' | 'retry'; readonly at: number; readonly job: number }
  /** Several impatient clicks at once, without an idempotency key. */
  | { readonly kind: 'click_retry'; readonly at: number; readonly job: number }
  /** Two clicks on the same button: the same request with the same idempotency key again. */
  | { readonly kind: 'repeat'; readonly at: number; readonly job: number };

export interface Scenario {
  readonly cluster: boolean;
  readonly accounts: readonly PlannedAccount[];
  readonly actions: readonly PlannedAction[];
  /** One, or two of which jobs may choose. */
  readonly providers: readonly PlannedProvider[];
  /** Of two providers, the one that hangs while nothing is wrong with the other and its jobs; null when there is none. */
  readonly hangingProvider: string | null;
  readonly faultRates: FaultRates;
  readonly processRisks: ProcessRisks;
  /** Chance that a transaction is rolled back because its process dies in it. */
  readonly deathBeforeCommit: number;
  readonly queueRisks: QueueRisks;
  /** Steps of the machine's clock: when, in milliseconds after the start, and by how much. */
  readonly clockSteps: readonly { readonly at: number; readonly byMs: number }[];
  /** A laptop whose lid is closed. */
  readonly sleeps: readonly { readonly at: number; readonly forMs: number }[];
  /** Changes of the room on the disk of all processes. */
  readonly diskChanges: readonly DiskChange[];
}

/** The media that jobs of a scenario can use; they exist before the first job. */
export interface ScenarioMedia {
  readonly images: readonly string[];
  readonly videos: readonly string[];
}
