import type { Instant, StepMessage, StepQueue } from '@pixsim7/core';

export type Offer = StepMessage & { readonly runAt: Instant };

/** A queue that runs nothing: it only remembers what was offered, as the domain sees it. */
export class RecordingQueue implements StepQueue {
  readonly offers: Offer[] = [];

  async offer(message: StepMessage, runAt: Instant): Promise<void> {
    this.offers.push({ ...message, runAt });
  }

  holds(_message: StepMessage): boolean {
    return false;
  }

  /** The offers since the last call. */
  take(): Offer[] {
    return this.offers.splice(0);
  }

  async start(): Promise<void> {
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.resolve();
  }

  async statistics(): Promise<[]> {
    return [];
  }
}
