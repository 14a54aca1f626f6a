import { isTerminalJobStatus, type SubmissionId } from '@pixsim7/contracts';
import { ProviderCallError, type ProviderOutput } from '@pixsim7/providers/contract';
import type { SubmissionRow } from '../model/index.ts';
import {
  FetchFailedError,
  TooManyBytesError,
  UnreadableMediaError,
  UnsafeUrlError,
  type StepHandler,
  type StepResult,
} from '../ports/index.ts';
import {
  boundStatus,
  fetchesBeforeRefresh,
  ingestBudgetMs,
  leaseMs,
  lineageEdges,
  ownJobError,
  refetchDelayMs,
} from '../rules/index.ts';
import { accessAccount } from '../services/account-access.ts';
import type { CoreDependencies } from '../services/dependencies.ts';
import { whileLeased } from '../services/lease.ts';
import { loadOwners } from '../services/load-owners.ts';
import { retryStale } from '../services/retry-stale.ts';
import { assetRows, storeFile, WrongMediaTypeError, type StoredFile } from '../services/store-file.ts';
import { writeAssetEvent } from '../services/write-event.ts';
import { writeJob } from '../services/write-job.ts';
import { endSubmission, heldCredits, settlementOf, writeSubmission } from '../services/write-submission.ts';
import type { Attempt } from './record-submit.ts';

/** More than any model makes today; a bound against a link that never ends. */
const mostOutputBytes = 4 * 1024 ** 3;
const downloadTimeoutMs = 15 * 60_000;

/**
 * Fetches the output of a finished attempt, checks it, and makes it an asset. Only now is the job completed: the bytes
 * are in our store.
 */
export function createIngestStep(dependencies: CoreDependencies): StepHandler {
  return async (id, signal) => {
    const claim = await claimAttempt(dependencies, id as SubmissionId);
    if ('result' in claim) return claim.result;
    return whileLeased(dependencies, claim.submission, async () => {
      try {
        const outputs = await currentOutputs(dependencies, claim, signal);
        const stored: StoredFile[] = [];
        for (const output of outputs) stored.push(await fetchOutput(dependencies, claim, output, signal));
        return await complete(dependencies, claim, outputs, stored);
      } catch (error) {
        if (!isFetchTrouble(error)) throw error;
        return retryLater(dependencies, claim, error);
      }
    });
  };
}

async function claimAttempt(
  dependencies: CoreDependencies,
  id: SubmissionId,
): Promise<Attempt | { readonly result: StepResult }> {
  const { database, registry, system } = dependencies;
  return database.transaction(async (transaction) => {
    const submission = await transaction.submissions.get(id);
    if (submission === null || submission.state !== 'succeeded' || submission.dueAt === null)
      return { result: {} };
    const now = system.now();
    if (submission.dueAt > now) return { result: { again: submission.dueAt } };
    const { job, account } = await loadOwners(dependencies, transaction, submission);
    const claimed = await writeSubmission(transaction, system, submission, {
      attempts: submission.attempts + 1,
      dueAt: now + leaseMs,
    });
    return { submission: claimed, job, account, adapter: registry.get(submission.providerId) };
  });
}

/** After some failed fetches the links may have expired: the provider is asked for fresh ones. */
async function currentOutputs(
  { logger, vault }: CoreDependencies,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<readonly ProviderOutput[]> {
  const { adapter, account, submission } = attempt;
  if (submission.attempts <= fetchesBeforeRefresh) return submission.outputs;
  try {
    const fresh = await adapter.checkStatus(accessAccount(vault, account), submission.handle ?? {}, {
      signal,
    });
    const { outputs } = boundStatus(fresh);
    return outputs.length > 0 ? outputs : submission.outputs;
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error;
    // The link that we have may still work although the provider cannot, or will not, answer any more.
    logger.warn({ submission_id: submission.id, class: error.class }, 'no fresh link');
    return submission.outputs;
  }
}

async function fetchOutput(
  dependencies: CoreDependencies,
  attempt: Attempt,
  output: ProviderOutput,
  signal: AbortSignal,
): Promise<StoredFile> {
  const { account } = attempt;
  const source = await dependencies.outgoing.download(output.url, {
    timeoutMs: downloadTimeoutMs,
    trustedOrigin: account.baseUrl === null ? undefined : new URL(account.baseUrl).origin,
    signal,
  });
  return storeFile(dependencies, source, { maxBytes: mostOutputBytes, mediaType: output.mediaType });
}

type FetchTrouble =
  | ProviderCallError
  | FetchFailedError
  | UnsafeUrlError
  | TooManyBytesError
  | UnreadableMediaError
  | WrongMediaTypeError;

function isFetchTrouble(error: unknown): error is FetchTrouble {
  return (
    error instanceof ProviderCallError ||
    error instanceof FetchFailedError ||
    error instanceof UnsafeUrlError ||
    error instanceof TooManyBytesError ||
    error instanceof UnreadableMediaError ||
    error instanceof WrongMediaTypeError
  );
}

/** One transaction: the assets, their lineage, the money, the end of the attempt and of the job. */
async function complete(
  dependencies: CoreDependencies,
  attempt: Attempt,
  outputs: readonly ProviderOutput[],
  stored: readonly StoredFile[],
): Promise<StepResult> {
  const { database, system } = dependencies;
  await retryStale(() =>
    database.transaction(async (transaction) => {
      const submission = await transaction.submissions.get(attempt.submission.id);
      const job = await transaction.jobs.get(attempt.job.id);
      if (submission === null || job === null)
        throw new Error(`Submission ${attempt.submission.id} disappeared.`);
      if (submission.state !== 'succeeded') return;
      const inputs = await transaction.jobs.inputs(job.id);
      const parents = await transaction.assets.getMany(inputs.map((input) => input.assetId));
      const parentDurations = new Map(parents.map((parent) => [parent.id, parent.durationS]));
      const late = isTerminalJobStatus(job.status);
      const assets = stored.map((file, index) =>
        assetRows(file, {
          id: system.createId('asset'),
          ownerId: job.ownerId,
          origin: 'generated',
          name: job.name,
          originalUrl: withoutQuery(outputs[index]?.url ?? null),
          output: { jobId: job.id, index, madeBy: madeBy(submission), late },
        }),
      );
      for (const { asset, blobs } of assets) {
        await transaction.assets.insert(asset, blobs);
        await transaction.lineage.insert(lineageEdges(asset.id, inputs, parentDurations));
        await writeAssetEvent(transaction, system, asset, 'asset.created');
      }
      const held = await heldCredits(transaction, submission);
      const settlement = settlementOf('yes', submission.providerCredits, held);
      await endSubmission(transaction, system, submission, 'stored', settlement, { storedAt: system.now() });
      if (!late) {
        const assetIds = assets.map(({ asset }) => asset.id);
        await writeJob(transaction, system, job, {
          to: 'completed',
          accountId: submission.accountId,
          assetIds,
        });
      }
    }),
  );
  return {};
}

function madeBy(
  submission: SubmissionRow,
): { providerId: string; accountId: string; providerJobId: string } | null {
  const { providerId, accountId, providerJobId } = submission;
  return providerJobId === null ? null : { providerId, accountId, providerJobId };
}

/** A query may hold a signature; where the file came from is said by the rest. */
function withoutQuery(url: string | null): string | null {
  return url === null ? null : (url.split(/[?#]/u, 1)[0] ?? null);
}

/** A failing download is not a failing job: it is tried again for a day, because the video was paid for. */
async function retryLater(
  dependencies: CoreDependencies,
  attempt: Attempt,
  trouble: FetchTrouble,
): Promise<StepResult> {
  const { database, logger, system } = dependencies;
  logger.warn(
    { submission_id: attempt.submission.id, code: trouble.code, attempts: attempt.submission.attempts },
    'output not stored yet',
  );
  return retryStale(() =>
    database.transaction(async (transaction) => {
      const submission = await transaction.submissions.get(attempt.submission.id);
      const job = await transaction.jobs.get(attempt.job.id);
      if (submission === null || job === null)
        throw new Error(`Submission ${attempt.submission.id} disappeared.`);
      if (submission.state !== 'succeeded') return {};
      const now = system.now();
      if (now < (submission.finishedAt ?? now) + ingestBudgetMs) {
        const dueAt = now + refetchDelayMs(submission.attempts);
        await writeSubmission(transaction, system, submission, { dueAt });
        return { again: dueAt };
      }
      const held = await heldCredits(transaction, submission);
      await endSubmission(
        transaction,
        system,
        submission,
        'failed',
        settlementOf('yes', submission.providerCredits, held),
      );
      if (!isTerminalJobStatus(job.status)) {
        const error = ownJobError(
          'asset_lost',
          'The video was made, but its file could not be fetched for a day.',
          'yes',
        );
        await writeJob(transaction, system, job, { to: 'failed', accountId: submission.accountId, error });
      }
      return {};
    }),
  );
}
