import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { ProviderBehaviour, SubmissionId } from '@pixsim7/contracts';
import { endpointText, ProviderCallError, readEndpoint } from '@pixsim7/providers/contract';
import type { GenerationResult, MappedRequest, ProviderRequest } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { callsOf } from '../limits/bulkhead/index.ts';
import type { Visit } from '../limits/bulkhead/index.ts';
import type { JobRow, SubmissionRow } from '../model/index.ts';
import { StoreUnwritableError } from '../ports/index.ts';
import type { StepHandler, StepResult } from '../ports/index.ts';
import { accessAccount } from '../read/account-access.ts';
import { loadOwners } from '../read/load-owners.ts';
import {
  decideSubmit,
  leaseMs,
  moneyUnknown,
  moneyWithoutResult,
  ownJobError,
  parametersAt,
  routeOf,
  unansweredEndsAt,
  webhookAddress,
} from '../rules/index.ts';
import { write, writeTogether } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { untilWritten } from '../write/until-written.ts';
import { failJob, writeJob, writeLateEnd } from '../write/write-job.ts';
import { endSubmission, writeSubmission } from '../write/write-submission.ts';
import { runHandedOver } from './handed-over.ts';
import { whileLeased } from './lease.ts';
import { recordAccepted, recordRejected, recordUnanswered } from './record-submit.ts';
import type { Attempt } from './record-submit.ts';
import { InputUnavailableError, resolveInputs } from './resolve-inputs.ts';
import { claim, enterOrPutOff, visiting } from './visiting.ts';

const shortestPauseMs = 2_000;
const longestPauseMs = 60_000;

/**
 * Sends the request of an attempt, once. The request and its token are stored before it leaves, so after a crash
 * everybody knows that it may have been sent, and with which token it can be asked for again.
 */
export function createSubmitStep(dependencies: CoreDependencies): StepHandler<SubmissionId> {
  return visiting(dependencies, 'submit', async (id, visit, signal) => {
    const submit = (attempt: Attempt): Promise<StepResult> =>
      submitOnce(dependencies, attempt, visit, signal);
    const done = await runHandedOver(dependencies, 'submit', id, submit);
    if (done !== null) {
      return done;
    }
    const attempt = await loadAttempt(dependencies, visit, id);
    return 'result' in attempt ? attempt.result : submit(attempt);
  });
}

async function submitOnce(
  dependencies: CoreDependencies,
  attempt: Attempt,
  visit: Visit,
  signal: AbortSignal,
): Promise<StepResult> {
  const { account, adapter, submission } = attempt;
  const putOff = await enterOrPutOff(dependencies, visit, callsOf(account, adapter), submission);
  if (putOff !== null) {
    return putOff;
  }
  const prepared = await prepareRequest(dependencies, attempt);
  if ('result' in prepared) {
    return prepared.result;
  }
  return send(dependencies, prepared.attempt, prepared.request, signal);
}

type Ended = { readonly result: StepResult };

/** The attempt that should be sent, or why there is nothing to do. */
async function loadAttempt(
  dependencies: CoreDependencies,
  visit: Visit,
  id: SubmissionId,
): Promise<Attempt | Ended> {
  const { registry } = dependencies;
  return writeTogether(dependencies, async (unit): Promise<Attempt | Ended> => {
    const submission = await unit.submissions.get(id);
    if (submission === null || (submission.state !== 'prepared' && submission.state !== 'unknown')) {
      return { result: {} };
    }
    const { job, account } = await loadOwners(dependencies, unit, submission);
    if (submission.sentAt === null && isTerminalJobStatus(job.status)) {
      await releaseUnsent(unit, submission, job);
      return { result: {} };
    }
    const { now } = unit;
    if (submission.dueAt === null) {
      return { result: {} };
    }
    const isCalled = visit.isCalledFor(submission.version);
    if (submission.dueAt > now && !isCalled) {
      return { result: { again: submission.dueAt } };
    }
    const adapter = registry.get(submission.providerId);
    const due = isCalled ? { ...submission, dueAt: now } : submission;
    const decision = decideSubmit(due, adapter.manifest.behaviour, now);
    switch (decision.kind) {
      case 'not_due':
        return { result: { again: decision.until } };
      case 'needs_attention': {
        if (isTerminalJobStatus(job.status)) {
          return await abandonUnwanted(unit, submission, job, adapter.manifest.behaviour);
        }
        const unknown = await writeSubmission(unit, submission, { state: 'unknown', dueAt: null });
        await writeJob(unit, job, {
          to: 'processing',
          stage: 'needs_attention',
          attempt: unknown,
          attention: { reason: 'outcome_unknown', evidence: decision.evidence },
        });
        return { result: {} };
      }
      case 'send':
        return { submission, job, account, adapter };
    }
  });
}

/**
 * The job is cancelled and nobody can tell whether the provider has it. A late answer, of a process that stood still, can
 * still bring a paid video, so the attempt is kept open as long as a running one; then it is over.
 */
async function abandonUnwanted(
  unit: UnitOfWork,
  submission: SubmissionRow,
  job: JobRow,
  behaviour: ProviderBehaviour,
): Promise<Ended> {
  const { now } = unit;
  const until = unansweredEndsAt(submission, behaviour, now);
  const open = await writeSubmission(unit, submission, { state: 'unknown', dueAt: until });
  if (now < until) {
    return { result: { again: until } };
  }
  const ended = await endSubmission(unit, open, 'gone', { kind: 'settle', credits: null });
  await writeLateEnd(unit, job, { attempt: ended.attempt, money: moneyUnknown, assets: [] });
  return { result: {} };
}

/** Its job was cancelled before anything was sent. */
async function releaseUnsent(unit: UnitOfWork, submission: SubmissionRow, job: JobRow): Promise<void> {
  const { attempt } = await endSubmission(unit, submission, 'cancelled', { kind: 'release' });
  const money = moneyWithoutResult(job, await unit.submissions.listByJobs([job.id]));
  await writeLateEnd(unit, job, { attempt, money, assets: [] });
}

type Prepared = { readonly attempt: Attempt; readonly request: ProviderRequest };

/**
 * Uploads the inputs and writes the request down; a request that was written before is sent as it stands. Writing it down
 * claims the attempt. Only uploads take so long that the attempt is claimed before them.
 */
async function prepareRequest(dependencies: CoreDependencies, attempt: Attempt): Promise<Prepared | Ended> {
  const { submission, job, adapter } = attempt;
  if (submission.body !== null && submission.endpoint !== null && submission.payload !== null) {
    const { body, payload } = submission;
    const stored = { endpoint: readEndpoint(submission.endpoint), body, payload };
    return storeRequest(dependencies, attempt, stored);
  }
  const mapping = adapter.mapParameters(job.operationType, parametersAt(job, routeOf(job), adapter.id));
  if (!mapping.ok) {
    // Only an upgrade between creation and submit can bring this: the parameters were valid when the job was made.
    const error = ownJobError(
      'internal',
      'The provider no longer takes these parameters; nothing was sent.',
      'no',
    );
    return endUnsent(dependencies, attempt, error);
  }
  const { mapped } = mapping;
  const claimed =
    mapped.slots.length === 0 ? attempt : { ...attempt, submission: await claim(dependencies, submission) };
  try {
    const request =
      mapped.slots.length === 0
        ? await buildRequest(dependencies, claimed, mapped)
        : await whileLeased(dependencies, claimed.submission, () =>
            buildRequest(dependencies, claimed, mapped),
          );
    return await storeRequest(dependencies, claimed, request);
  } catch (error) {
    if (error instanceof ProviderCallError) {
      return {
        result: await recordRejected(dependencies, claimed, error.toRecord(), error.retryAfterSeconds),
      };
    }
    if (error instanceof InputUnavailableError) {
      return endUnsent(dependencies, claimed, ownJobError('input_unavailable', error.message, 'no'));
    }
    if (error instanceof StoreUnwritableError) {
      return waitForRoom(dependencies, claimed, error);
    }
    throw error;
  }
}

/** Our own disk cannot take a picture that has to be converted. Nothing was sent, and the job is not at fault. */
async function waitForRoom(
  dependencies: CoreDependencies,
  { submission }: Attempt,
  error: StoreUnwritableError,
): Promise<Ended> {
  dependencies.logger.error({ submission_id: submission.id, error }, 'input not prepared: no room');
  const now = dependencies.system.now();
  const waitedMs = now - submission.createdAt;
  // Each pause is half of the time that it has waited, so pauses grow without a count.
  const dueAt = now + Math.min(Math.max(waitedMs / 2, shortestPauseMs), longestPauseMs);
  await write(dependencies, (unit) => writeSubmission(unit, submission, { dueAt }));
  return { result: { again: dueAt } };
}

async function buildRequest(
  dependencies: CoreDependencies,
  claimed: Attempt,
  mapped: MappedRequest,
): Promise<ProviderRequest> {
  const access = accessAccount(dependencies.vault, claimed.account);
  const resolved = await resolveInputs(dependencies, claimed.adapter, access, mapped.slots);
  const { publicUrl } = dependencies;
  return claimed.adapter.buildRequest(mapped, resolved, {
    account: access,
    webhookUrl:
      publicUrl === undefined || claimed.adapter.webhook === undefined
        ? null
        : webhookAddress(publicUrl, claimed.account, claimed.submission.id),
  });
}

async function storeRequest(
  dependencies: CoreDependencies,
  claimed: Attempt,
  request: ProviderRequest,
): Promise<Prepared | Ended> {
  const sentBefore = claimed.submission.sentAt !== null;
  // A job that was cancelled meanwhile has another version, and is found when its stage is written.
  const stored = await writeTogether(dependencies, async (unit): Promise<Attempt | null> => {
    const { job } = claimed;
    if (isTerminalJobStatus(job.status) && !sentBefore) {
      await releaseUnsent(unit, claimed.submission, job);
      return null;
    }
    const { now } = unit;
    const submission = await writeSubmission(unit, claimed.submission, {
      ...request,
      endpoint: endpointText(request.endpoint),
      sentAt: claimed.submission.sentAt ?? now,
      tries: claimed.submission.tries + 1,
      dueAt: now + leaseMs,
    });
    const stage = sentBefore ? 'confirming' : 'submitting';
    const written =
      isTerminalJobStatus(job.status) || (job.stage === stage && sentBefore)
        ? job
        : await writeJob(unit, job, {
            to: 'processing',
            stage,
            attempt: submission,
          });
    return { submission, job: written, account: claimed.account, adapter: claimed.adapter };
  });
  if (stored === null) {
    return { result: {} };
  }
  return { attempt: stored, request };
}

async function endUnsent(
  dependencies: CoreDependencies,
  claimed: Attempt,
  error: ReturnType<typeof ownJobError>,
): Promise<Ended> {
  await write(dependencies, async (unit) => {
    const { attempt } = await endSubmission(unit, claimed.submission, 'rejected', { kind: 'release' });
    const job = await unit.jobs.get(claimed.job.id);
    if (job === null) {
      throw new Error(`Job ${claimed.job.id} disappeared.`);
    }
    const money = moneyWithoutResult(job, await unit.submissions.listByJobs([job.id]));
    await failJob(unit, job, { attempt, money, error });
  });
  return { result: {} };
}

async function send(
  dependencies: CoreDependencies,
  attempt: Attempt,
  request: ProviderRequest,
  stopping: AbortSignal,
): Promise<StepResult> {
  const sentBefore = attempt.submission.tries > 1;
  const result = await whileLeased(dependencies, attempt.submission, () =>
    execute(dependencies, attempt, request),
  );
  switch (result.outcome) {
    case 'accepted':
      return untilWritten(dependencies, stopping, () => recordAccepted(dependencies, attempt, result));
    case 'rejected':
      return recordRejected(
        dependencies,
        attempt,
        result.error.toRecord(),
        result.error.retryAfterSeconds,
        sentBefore,
      );
    case 'unknown':
      return recordUnanswered(dependencies, attempt, result.error.toRecord());
  }
}

/** No abort signal goes in: a paid call that is cut off in the middle would only become an unanswered one. */
async function execute(
  dependencies: CoreDependencies,
  attempt: Attempt,
  request: ProviderRequest,
): Promise<GenerationResult> {
  const { adapter, account, job, submission } = attempt;
  try {
    const access = accessAccount(dependencies.vault, account);
    return await adapter.execute(job.operationType, access, request, submission.token);
  } catch (error) {
    // Thrown before anything left; an adapter reports all that happens on the wire as a value.
    if (error instanceof ProviderCallError) {
      return { outcome: 'rejected', error };
    }
    throw error;
  }
}
