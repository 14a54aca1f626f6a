import { cutText, isTerminalJobStatus } from '@pixsim7/contracts';
import type { SubmissionId } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { ProviderOutput } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import { assetRows } from '../files/asset-rows.ts';
import { countLooks } from '../files/look-count.ts';
import { WrongMediaTypeError } from '../files/store-file.ts';
import { storeOutput } from '../files/store-output.ts';
import type { StoredOutput } from '../files/store-output.ts';
import { downloadsOf } from '../limits/bulkhead/index.ts';
import type { Visit } from '../limits/bulkhead/index.ts';
import { assertRoomForDownload } from '../limits/disk-reserve.ts';
import type { JobRow, SubmissionRow } from '../model/index.ts';
import {
  FetchFailedError,
  StaleRowError,
  StoreUnwritableError,
  TooManyBytesError,
  UnreadableMediaError,
  UnsafeUrlError,
} from '../ports/index.ts';
import type { StepHandler, StepResult } from '../ports/index.ts';
import { loadOwners } from '../read/load-owners.ts';
import {
  countsAsLook,
  isFetchHopeless,
  lineageEdges,
  lookAgainDelayMs,
  moneyOfLedger,
  outputTransfer,
  ownJobError,
  refetchDelayMs,
} from '../rules/index.ts';
import { changeAttempt } from '../write/change-attempt.ts';
import { writeTogether } from '../write/unit-of-work.ts';
import { wakePoster } from '../write/wake-poster.ts';
import { writeAssetEvent } from '../write/write-event.ts';
import { failJob, writeJob, writeLateEnd } from '../write/write-job.ts';
import { endSubmission, heldCredits, settlementOf, writeSubmission } from '../write/write-submission.ts';
import { withCurrentLinks } from './current-links.ts';
import { runHandedOver } from './handed-over.ts';
import { whileLeased } from './lease.ts';
import type { Attempt } from './record-submit.ts';
import { claim, enterOrPutOff, visiting } from './visiting.ts';

/** More than any model makes today; a bound against a link that never ends. */
const maxOutputBytes = 4 * 1024 ** 3;

/**
 * Fetches the output of a finished attempt, checks it, and makes it an asset. Only now is the job completed: the bytes
 * are in our store. Nobody waits for the poster.
 */
export function createIngestStep(dependencies: CoreDependencies): StepHandler<SubmissionId> {
  return visiting(dependencies, 'ingest', async (id, visit, signal) => {
    const done = await runHandedOver(dependencies, 'ingest', id, async (attempt) => {
      const putOff = await enterForOutputs(dependencies, visit, attempt);
      // Its success was written with the first lease.
      const submission = { ...attempt.submission, tries: 1 };
      return putOff ?? store(dependencies, { ...attempt, submission }, signal);
    });
    if (done !== null) {
      return done;
    }
    const loaded = await loadAttempt(dependencies, visit, id);
    if ('result' in loaded) {
      return loaded.result;
    }
    const attempt = visit.isCalledFor(loaded.submission.version)
      ? loaded
      : await withCurrentLinks(dependencies, loaded, signal);
    const putOff = await enterForOutputs(dependencies, visit, attempt);
    if (putOff !== null) {
      return putOff;
    }
    const { submission } = attempt;
    const claimed = await claim(dependencies, submission, { tries: submission.tries + 1 });
    return store(dependencies, { ...attempt, submission: claimed }, signal);
  });
}

function enterForOutputs(
  dependencies: CoreDependencies,
  visit: Visit,
  { account, submission }: Attempt,
): Promise<{ readonly again: number } | null> {
  const urls = submission.outputs.map((output) => output.url);
  return enterOrPutOff(dependencies, visit, downloadsOf(account, urls), submission);
}

/** @param attempt as it was claimed */
async function store(
  dependencies: CoreDependencies,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<StepResult> {
  const { submission } = attempt;
  const looks = countLooks(dependencies, submission);
  // The looks are written down without a new version of the row.
  const looked = (): Attempt => ({ ...attempt, submission: { ...submission, looks: looks.all() } });
  return whileLeased(dependencies, submission, async () => {
    try {
      await assertRoomForDownload(dependencies);
      const stored: StoredOutput[] = [];
      for (const [index, output] of submission.outputs.entries()) {
        const source = await fetchOutput(dependencies, attempt, output, signal);
        const isLastFetch = isFetchOver(dependencies, attempt);
        const fetched = { output, index, source, maxBytes: maxOutputBytes, isLastFetch };
        stored.push(await storeOutput(dependencies, fetched, looks));
      }
      return await complete(dependencies, looked(), stored);
    } catch (error) {
      if (error instanceof StoreUnwritableError) {
        return waitForRoom(dependencies, looked(), error);
      }
      if (!isFetchTrouble(error)) {
        throw error;
      }
      return retryLater(dependencies, looked(), error);
    }
  });
}

async function loadAttempt(
  dependencies: CoreDependencies,
  visit: Visit,
  id: SubmissionId,
): Promise<Attempt | { readonly result: StepResult }> {
  const { registry, system } = dependencies;
  return writeTogether(dependencies, async (transaction) => {
    const submission = await transaction.submissions.get(id);
    if (submission === null || submission.state !== 'succeeded' || submission.dueAt === null) {
      return { result: {} };
    }
    const now = system.now();
    // A success that nobody has claimed is due whatever its lease says: this run was handed over.
    if (submission.dueAt > now && submission.tries > 0 && !visit.isCalledFor(submission.version)) {
      return { result: { again: submission.dueAt } };
    }
    const { job, account } = await loadOwners(dependencies, transaction, submission);
    return { submission, job, account, adapter: registry.get(submission.providerId) };
  });
}

async function fetchOutput(
  dependencies: CoreDependencies,
  attempt: Attempt,
  output: ProviderOutput,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { account } = attempt;
  return dependencies.outgoing.download(output.url, {
    ...outputTransfer,
    trustedOrigin: account.baseUrl === null ? undefined : new URL(account.baseUrl).origin,
    signal,
  });
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
  stored: readonly StoredOutput[],
): Promise<StepResult> {
  await changeAttempt(dependencies, attempt, isToStore, async (unit, { submission, job }) => {
    if (submission.outputs.length !== stored.length) {
      throw new StaleRowError(`Submission ${submission.id} has other outputs than were stored.`);
    }
    const inputs = await unit.jobs.inputs(job.id);
    const parents =
      inputs.length === 0 ? [] : await unit.assets.getMany(inputs.map((input) => input.assetId));
    const ledger = await unit.credits.byJobs([job.id]);
    const settlement = settlementOf('yes', submission.providerCredits, heldCredits(ledger, submission));
    const ended = await endSubmission(unit, submission, 'stored', settlement, { storedAt: unit.now });
    const parentDurations = new Map(parents.map((parent) => [parent.id, parent.durationS]));
    const late = isTerminalJobStatus(job.status);
    const assets = stored.map((output, index) =>
      assetRows(
        output.stored,
        {
          id: unit.createId('asset'),
          workspaceId: job.workspaceId,
          ownerId: job.ownerId,
          origin: 'generated',
          name: outputName(job, submission.outputs[index]),
          originalUrl: withoutQuery(attempt.submission.outputs[index]?.url ?? null),
          output: { jobId: job.id, index, madeBy: madeBy(submission, submission.outputs[index]), late },
        },
        dependencies.media,
      ),
    );
    for (const { asset, blobs } of assets) {
      await unit.assets.insert(asset, blobs);
      await unit.lineage.insert(lineageEdges(asset.id, job.operationType, inputs, parentDurations));
      await writeAssetEvent(unit, asset, 'asset.created');
      wakePoster(unit, asset);
    }
    const brought = {
      attempt: ended.attempt,
      money: moneyOfLedger([...ledger, ended.entry]),
      assets: assets.map(({ asset }) => asset),
    };
    if (late) {
      await writeLateEnd(unit, job, brought);
      return;
    }
    await writeJob(unit, job, {
      to: 'completed',
      ...brought,
      warnings: stored.flatMap(({ warning }) => warning ?? []),
    });
  });
  return {};
}

function isToStore({ state }: SubmissionRow): boolean {
  return state === 'succeeded';
}

/** As long as a name that a person gives. */
const maxNameLength = 200;

/** Several outputs of one job need a name of their own. */
function outputName({ name }: JobRow, output: ProviderOutput | undefined): string | null {
  if (output?.name === undefined) {
    return name;
  }
  return cutText(name === null ? output.name : `${name}: ${output.name}`, maxNameLength);
}

function madeBy(
  submission: SubmissionRow,
  output: ProviderOutput | undefined,
): { providerId: string; accountId: string; providerJobId: string } | null {
  const { providerId, accountId, providerJobId } = submission;
  return providerJobId === null
    ? null
    : { providerId, accountId, providerJobId: output?.id ?? providerJobId };
}

/** A query may hold a signature; where the file came from is said by the rest. */
function withoutQuery(url: string | null): string | null {
  return url === null ? null : (url.split(/[?#]/u, 1)[0] ?? null);
}

/** Our own disk, or the store, cannot take the video. That is no reason to give it up, however long it lasts. */
async function waitForRoom(
  dependencies: CoreDependencies,
  attempt: Attempt,
  error: StoreUnwritableError,
): Promise<StepResult> {
  dependencies.logger.error({ submission_id: attempt.submission.id, error }, 'output not stored: no room');
  const result = await changeAttempt(dependencies, attempt, isToStore, async (unit, { submission }) => {
    const dueAt = unit.now + refetchDelayMs(submission.tries);
    await writeSubmission(unit, submission, { tries: submission.tries, dueAt });
    return { again: dueAt };
  });
  return result ?? {};
}

function isFetchOver({ system }: CoreDependencies, { adapter, submission }: Attempt): boolean {
  return isFetchHopeless(submission, adapter.manifest.behaviour, system.now());
}

function retryDelayMs(submission: SubmissionRow, trouble: FetchTrouble): number {
  const fetchMs = refetchDelayMs(submission.tries);
  if (!(trouble instanceof UnreadableMediaError) || !countsAsLook(trouble.flaw)) {
    return fetchMs;
  }
  return Math.max(fetchMs, lookAgainDelayMs(Math.max(...submission.looks)));
}

/** A failing download is not a failing job: it is tried again for days, because the video was paid for. */
async function retryLater(
  dependencies: CoreDependencies,
  attempt: Attempt,
  trouble: FetchTrouble,
): Promise<StepResult> {
  dependencies.logger.warn(
    { submission_id: attempt.submission.id, code: trouble.code, tries: attempt.submission.tries },
    'output not stored yet',
  );
  const result = await changeAttempt(dependencies, attempt, isToStore, async (unit, current) => {
    const { submission, job } = current;
    if (!isFetchOver(dependencies, { ...attempt, submission })) {
      const dueAt = unit.now + retryDelayMs(submission, trouble);
      await writeSubmission(unit, submission, { tries: submission.tries, dueAt });
      return { again: dueAt };
    }
    const ledger = await unit.credits.byJobs([job.id]);
    const settlement = settlementOf('yes', submission.providerCredits, heldCredits(ledger, submission));
    const ended = await endSubmission(unit, submission, 'failed', settlement);
    const error = ownJobError(
      'asset_lost',
      'The video was made, but its file could not be downloaded for as long as the provider keeps it.',
      'yes',
    );
    await failJob(unit, job, {
      attempt: ended.attempt,
      money: moneyOfLedger([...ledger, ended.entry]),
      error,
    });
    return {};
  });
  return result ?? {};
}
