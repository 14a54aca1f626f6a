import type { SubmissionId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import { StaleRowError } from '../ports/index.ts';
import type { StepResult } from '../ports/index.ts';
import type { HandedOver } from '../read/handover.ts';
import { correlate } from '../read/load-owners.ts';
import type { Attempt } from './record-submit.ts';

/**
 * Runs a step with the rows that the last one handed over.
 *
 * @returns null when there are none; the step has to read them
 */
export async function runHandedOver(
  dependencies: CoreDependencies,
  to: HandedOver['to'],
  id: SubmissionId,
  run: (attempt: Attempt) => Promise<StepResult>,
): Promise<StepResult | null> {
  const rows = dependencies.handover?.take(to, id) ?? null;
  if (rows === null) {
    return null;
  }
  correlate(dependencies, rows.submission);
  try {
    return await run({ ...rows, adapter: dependencies.registry.get(rows.submission.providerId) });
  } catch (error) {
    if (error instanceof StaleRowError) {
      // Somebody has changed them; the next run reads.
      return { again: dependencies.system.now() };
    }
    throw error;
  }
}
