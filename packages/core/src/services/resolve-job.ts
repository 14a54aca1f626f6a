import type { ResolveAction } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { JobRow } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';
import { moneyUnknown, ownJobError } from '../rules/index.ts';
import { writeRetrying } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';
import { endSubmission } from '../write/write-submission.ts';

/**
 * Carries out what a person decided about a job of which nobody can tell whether its provider has it. `resend` accepts
 * that it may be paid a second time; `give_up` accepts that a paid video may be lost. Neither is ever done by itself.
 *
 * @throws RequestError state_conflict when the job does not need a decision
 */
export async function resolveJob(
  dependencies: CoreDependencies,
  load: (unit: UnitOfWork) => Promise<JobRow>,
  action: ResolveAction,
): Promise<void> {
  await writeRetrying(dependencies, async (unit) => {
    const job = await load(unit);
    const open = (await unit.submissions.listByJobs([job.id])).at(-1);
    if (job.stage !== 'needs_attention' || open?.state !== 'unknown') {
      throw new RequestError(
        'state_conflict',
        `The job is ${job.status} (${job.stage}); it needs no decision.`,
      );
    }
    const ended = await endSubmission(unit, open, 'gone', { kind: 'settle', credits: null });
    switch (action) {
      case 'resend':
        await writeJob(unit, job, {
          to: 'pending',
          wait: { reason: 'slot', detail: 'Waiting for a free slot.', until: null },
          dueAt: unit.now,
        });
        break;
      case 'give_up':
        await writeJob(unit, job, {
          to: 'failed',
          attempt: ended.attempt,
          money: moneyUnknown,
          error: ownJobError(
            'outcome_unknown',
            'It was not possible to find out whether the provider made this, and the job was given up.',
            'unknown',
          ),
        });
        break;
    }
  });
}
