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
 * Takes a place. A row that finds none is put off instead, so nobody looks at it before its place is free.
 *
 * @returns when the row is due again; null when the place is taken
 * @throws StaleRowError when somebody else was faster
 */
export async function enterOrPutOff(
  dependencies: CoreDependencies,
  visit: Visit,
  destination: Destination,
  submission: SubmissionRow,
): Promise<{ readonly again: number } | null> {
  const admission = await visit.enter(destination);
  if (admission.kind === 'entered') {
    return null;
  }
  const { until } = admission;
  const { version } = await writeTogether(dependencies, (unit) =>
    writeSubmission(unit, submission, { dueAt: until }),
  );
  visit.putOff(version);
  return { again: until };
}

/**
 * Claims the row with a lease.
 *
 * @param changes written with the claim
 * @throws StaleRowError when somebody else was faster
 */
export function claim(
  dependencies: CoreDependencies,
  submission: SubmissionRow,
  changes: Changes<SubmissionRow> = {},
): Promise<SubmissionRow> {
  return writeTogether(dependencies, (unit) =>
    writeSubmission(unit, submission, { ...changes, dueAt: unit.now + leaseMs }),
  );
}
