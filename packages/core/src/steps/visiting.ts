import type { SubmissionId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Visit } from '../limits/bulkhead/bulkhead.ts';
import type { SubmissionRow } from '../model/index.ts';
import type { Changes, StepHandler, StepResult } from '../ports/index.ts';
import { leaseMs } from '../rules/pacing.ts';
import type { Destination } from '../rules/places.ts';
import { writeTogether } from '../write/unit-of-work.ts';
import { writeSubmission } from '../write/write-submission.ts';

type VisitingStep = 'submit' | 'check' | 'ingest';

/** Makes a step of a run that may take a place in the bulkhead of its work. What it takes is given back at its end. */
export function visiting(
  { bulkheads, queue, system }: CoreDependencies,
  step: VisitingStep,
  run: (id: SubmissionId, visit: Visit, signal: AbortSignal) => Promise<StepResult>,
): StepHandler<SubmissionId> {
  return async (id, signal) => {
    const visit = bulkheads[step].visit(id, () => queue.offer({ step, id }, system.now()));
    try {
      return await run(id, visit, signal);
    } finally {
      visit.end();
    }
  };
}

/**
 * Takes a place and then claims the row with a lease. A row that finds no place is put off instead, so nobody looks
 * at it before its place is free.
 *
 * @param changes written with the claim
 * @returns the claimed row, or when it is due again
 * @throws StaleRowError when somebody else was faster
 */
export async function claimWithPlace(
  dependencies: CoreDependencies,
  visit: Visit,
  destination: Destination,
  submission: SubmissionRow,
  changes: Changes<SubmissionRow> = {},
): Promise<SubmissionRow | { readonly again: number }> {
  const admission = await visit.enter(destination);
  const isFull = admission.kind === 'full';
  const written = await writeTogether(dependencies, (unit) =>
    writeSubmission(
      unit,
      submission,
      isFull ? { dueAt: admission.until } : { ...changes, dueAt: unit.now + leaseMs },
    ),
  );
  if (!isFull) {
    return written;
  }
  visit.putOff(written.version);
  return { again: admission.until };
}
