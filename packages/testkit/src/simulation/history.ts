import type { Instant, StepMessage } from '@pixsim7/core';
import type { FinalState } from './final-state.ts';
import type { Stop } from './machine/scheduler.ts';
import type { KeptBlobs } from './ports/memory-blob-store.ts';
import type { FaultName } from './provider/faults.ts';
import type { SimulatedProviderServer } from './provider/server.ts';
import type { Scenario } from './scenario.ts';

/** A rule that did not hold, and where. */
export interface Violation {
  readonly invariant: string;
  readonly detail: string;
}

/** A provider as it really was, and whether it names its charges. */
export interface ProviderTruth {
  readonly server: SimulatedProviderServer;
  readonly tellsCredits: boolean;
}

/** One simulated life of an installation, from empty to quiet. */
export interface History {
  readonly seed: number;
  readonly scenario: Pick<Scenario, 'cluster' | 'processRisks' | 'diskChanges'>;
  readonly stop: Stop;
  readonly steps: number;
  /** Simulated milliseconds. */
  readonly duration: number;
  readonly crashes: readonly string[];
  /** True time at which each submission reached its end. */
  readonly endedAt: ReadonlyMap<string, Instant>;
  /** True time from which on the machine did not sleep any more. */
  readonly awakeFrom: Instant;
  readonly faults: ReadonlyMap<FaultName, number>;
  readonly handlerFailures: readonly { readonly message: StepMessage; readonly error: unknown }[];
  /** Everything that was logged, as text. */
  readonly logLines: readonly string[];
  readonly errorsLogged: readonly string[];
  /** By the id of the provider. */
  readonly providers: ReadonlyMap<string, ProviderTruth>;
  /** The provider that hung while nothing was wrong with the other one; null when there was none. */
  readonly hangingProvider: string | null;
  readonly blobs: KeptBlobs;
  readonly final: FinalState;
  readonly violations: readonly Violation[];
}
