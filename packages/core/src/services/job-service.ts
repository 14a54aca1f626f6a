import { automaticProvider, isIdentifier, isTerminalJobStatus } from '@pixsim7/contracts';
import type {
  CreateJobRequest,
  Job,
  JobId,
  List,
  ListJobsQuery,
  ProblemField,
  Quote,
  ResolveAction,
  Submission,
} from '@pixsim7/contracts';
import { checkRequest } from '../admission/check-request.ts';
import { createJob } from '../admission/create-job.ts';
import type { NewJob } from '../admission/create-job.ts';
import type { AdmissionParts } from '../admission/find-files.ts';
import { quoteRequest } from '../admission/quote.ts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Caller, JobRow } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';
import type { JobFilter, Transaction } from '../ports/index.ts';
import type { ChoiceLists } from '../read/choice-lists.ts';
import { loadJobFacts } from '../read/job-facts.ts';
import { timeBounds, toList, toPage } from '../read/page.ts';
import type { ListRequest } from '../read/page.ts';
import { moneyWithoutResult } from '../rules/job-money.ts';
import { requestedProvider } from '../rules/job-route.ts';
import { viewJob } from '../views/job-view.ts';
import { viewSubmission } from '../views/submission-view.ts';
import { writeRetrying } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';
import { endSubmission, writeSubmission } from '../write/write-submission.ts';
import type { AssetService } from './asset-service.ts';
import { requireScope } from './require-scope.ts';
import { resolveJob } from './resolve-job.ts';

/** The result of `create`: it made a job, or found the one that the same idempotency key made before. */
export interface CreatedJob {
  readonly job: Job;
  readonly replayed: boolean;
}

/** Jobs, from the request to the end. The work itself is done by the steps. */
export class JobService {
  readonly #dependencies: CoreDependencies;
  readonly #assets: AssetService;
  readonly #choices: ChoiceLists;

  constructor(dependencies: CoreDependencies, assets: AssetService, choices: ChoiceLists) {
    this.#dependencies = dependencies;
    this.#assets = assets;
    this.#choices = choices;
  }

  /**
   * Checks, prices and keeps a job. The same key with the same request is the same job, with another request it is
   * refused; a refused request does not use the key up.
   *
   * @throws RequestError
   */
  async create(
    caller: Caller,
    request: CreateJobRequest,
    idempotencyKey: string | null,
  ): Promise<CreatedJob> {
    requireScope(caller, 'jobs:write');
    return this.#create(caller, { request, idempotencyKey, retryOf: null });
  }

  /** Prices the job, or refuses it as `create` would. Spends and fetches nothing. @throws RequestError */
  async quote(caller: Caller, request: CreateJobRequest): Promise<Quote> {
    requireScope(caller, 'jobs:read');
    return quoteRequest(this.#admission(caller), request);
  }

  /**
   * The problems of a request by the rules of its providers, files aside; empty when they take it. A key that may neither
   * make nor price jobs hears nothing: the rules know which accounts there are.
   */
  async problemsOf(caller: Caller, request: CreateJobRequest): Promise<readonly ProblemField[]> {
    if (!caller.scopes.some((scope) => scope === 'jobs:write' || scope === 'jobs:read')) {
      return [];
    }
    try {
      await checkRequest({ dependencies: this.#dependencies, caller }, request);
      return [];
    } catch (error) {
      if (error instanceof RequestError) {
        return error.errors;
      }
      throw error;
    }
  }

  /** @throws RequestError not_found */
  async get(caller: Caller, id: string): Promise<Job> {
    requireScope(caller, 'jobs:read');
    return this.#view(caller, id);
  }

  /** For the reply to a request that its own scope allowed: a key that may make a job sees the job that it made. */
  async #view(caller: Caller, id: string): Promise<Job> {
    const { database, system } = this.#dependencies;
    const facts = await database.transaction(async (transaction) => {
      const job = isIdentifier('job', id) ? await transaction.jobs.get(id) : null;
      return job === null || job.workspaceId !== caller.workspaceId
        ? null
        : loadJobFacts(this.#dependencies, transaction, [job]);
    });
    if (facts?.[0] === undefined) {
      throw new RequestError('not_found', `Job ${id} not found.`);
    }
    return viewJob(facts[0], system.now());
  }

  /** @throws RequestError invalid_params, when the cursor is of another list */
  async list(caller: Caller, query: ListRequest<ListJobsQuery>): Promise<List<Job>> {
    requireScope(caller, 'jobs:read');
    const { database, system } = this.#dependencies;
    const page = toPage(query);
    const { rows, facts } = await database.transaction(async (transaction) => {
      const found = await transaction.jobs.list(
        {
          workspaceId: caller.workspaceId,
          ...(query.status === undefined ? {} : { statuses: query.status }),
          ...(query.stage === undefined ? {} : { stages: query.stage }),
          ...(query.operation_type === undefined ? {} : { operationType: query.operation_type }),
          ...providerFilter(query.provider_id),
          ...(query.q === undefined ? {} : { search: query.q }),
          ...(query.model === undefined ? {} : { model: query.model }),
          ...(query.account_id === undefined ? {} : { accountId: query.account_id }),
          ...(query.metadata === undefined ? {} : { metadata: query.metadata }),
          ...timeBounds(query),
        },
        page,
      );
      const shown = found.slice(0, query.limit);
      return { rows: found, facts: await loadJobFacts(this.#dependencies, transaction, shown) };
    });
    const now = system.now();
    return toList(rows, query, () => facts.map((entry) => viewJob(entry, now)));
  }

  /** Every attempt of a job, with what was sent, what the provider said, and the money. @throws RequestError */
  async submissions(caller: Caller, id: string): Promise<Submission[]> {
    requireScope(caller, 'jobs:read');
    const { database } = this.#dependencies;
    const row = await this.#load(caller, id);
    return database.transaction(async (transaction) => {
      const submissions = await transaction.submissions.listByJobs([row.id]);
      const observations = await transaction.submissions.observations(submissions.map((entry) => entry.id));
      const credits = await transaction.credits.byJobs([row.id]);
      return submissions.map((submission) =>
        viewSubmission(
          submission,
          observations.filter((entry) => entry.submissionId === submission.id),
          credits.filter((entry) => entry.submissionId === submission.id),
        ),
      );
    });
  }

  /**
   * Cancels for the user, at once. What was not sent is not sent; what the provider has already goes on to its end in
   * the background, because slot and money are real, and its video is kept as a late result.
   *
   * @throws RequestError not_found, or state_conflict when the job ended otherwise
   */
  async cancel(caller: Caller, id: string): Promise<Job> {
    requireScope(caller, 'jobs:write');
    await writeRetrying(this.#dependencies, async (unit) => {
      const row = await rowOf(unit, caller, id);
      if (row.status === 'cancelled') {
        return;
      }
      if (isTerminalJobStatus(row.status)) {
        throw new RequestError(
          'state_conflict',
          `The job is ${row.status}; you can only cancel a job that has not ended.`,
        );
      }
      const attempts = await unit.submissions.listByJobs([row.id]);
      const last = attempts.at(-1) ?? null;
      const open = row.status === 'processing' ? last : null;
      if (open !== null && open.state === 'prepared' && open.sentAt === null) {
        const { attempt } = await endSubmission(unit, open, 'cancelled', { kind: 'release' });
        const money = moneyWithoutResult(row, [...attempts.slice(0, -1), attempt]);
        await writeJob(unit, row, { to: 'cancelled', attempt, money });
        return;
      }
      await writeJob(unit, row, {
        to: 'cancelled',
        attempt: last,
        money: moneyWithoutResult(row, attempts),
      });
      if (open === null) {
        // A job behind it in line may start.
        for (const lane of row.lanes) {
          unit.wake({ step: 'dispatch', id: lane });
        }
      } else if (row.stage === 'needs_attention' && open.state === 'unknown') {
        // Nobody has to decide any more; the submit step ends it when no late answer can come.
        await writeSubmission(unit, open, { dueAt: unit.now });
        unit.wake({ step: 'submit', id: open.id });
      } else if (open.state === 'accepted') {
        unit.wake({ step: 'check', id: open.id });
      }
    });
    return this.#view(caller, id);
  }

  /** Decides about a job that needs attention; see `resolveJob`. @throws RequestError not_found, state_conflict */
  async resolve(caller: Caller, id: string, action: ResolveAction): Promise<Job> {
    requireScope(caller, 'jobs:write');
    await resolveJob(this.#dependencies, (unit) => rowOf(unit, caller, id), action);
    return this.#view(caller, id);
  }

  /**
   * A new job with the same request. Without a key there is one retry that is not lost: as long as it runs, and when it
   * has brought a video, asking again answers with it. A key asks for a retry of its own.
   *
   * @throws RequestError not_found, or state_conflict while the job is not over
   */
  async retry(caller: Caller, id: string, idempotencyKey: string | null): Promise<CreatedJob> {
    requireScope(caller, 'jobs:write');
    const row = await this.#load(caller, id);
    if (!isTerminalJobStatus(row.status)) {
      throw new RequestError(
        'state_conflict',
        `The job is ${row.status}; you can retry it once it has ended.`,
      );
    }
    const retries = idempotencyKey === null ? await this.#retriesOf(row) : [];
    const live = retries.find((retry) => !isLost(retry));
    if (live !== undefined) {
      return { job: await this.#view(caller, live.id), replayed: true };
    }
    return this.#create(caller, {
      request: requestOf(row),
      idempotencyKey: idempotencyKey ?? nextRetryKey(row.id, retries),
      retryOf: row.id,
    });
  }

  #retriesOf({ id }: JobRow): Promise<JobRow[]> {
    return this.#dependencies.database.transaction((transaction) => transaction.jobs.retriesOf(id));
  }

  async #create(caller: Caller, wanted: NewJob): Promise<CreatedJob> {
    const { job, replayed } = await createJob(this.#admission(caller), wanted);
    return { job: replayed ? await this.#view(caller, job.id) : await this.#viewNew(job), replayed };
  }

  /** As it was written: nothing that is known already is read back. */
  async #viewNew(job: JobRow): Promise<Job> {
    const { database, system } = this.#dependencies;
    const [facts] = await database.transaction((transaction) =>
      loadJobFacts(this.#dependencies, transaction, [job]),
    );
    if (facts === undefined) {
      throw new Error(`Job ${job.id} was made and has no facts.`);
    }
    return viewJob(facts, system.now());
  }

  #admission(caller: Caller): AdmissionParts {
    return { dependencies: this.#dependencies, assets: this.#assets, choices: this.#choices, caller };
  }

  async #load(caller: Caller, id: string): Promise<JobRow> {
    return this.#dependencies.database.transaction((transaction) => rowOf(transaction, caller, id));
  }
}

/** @throws RequestError not_found */
async function rowOf({ jobs }: Pick<Transaction, 'jobs'>, caller: Caller, id: string): Promise<JobRow> {
  const row = isIdentifier('job', id) ? await jobs.get(id) : null;
  if (row === null || row.workspaceId !== caller.workspaceId) {
    throw new RequestError('not_found', `Job ${id} not found.`);
  }
  return row;
}

function isLost({ status }: JobRow): boolean {
  return status === 'failed' || status === 'cancelled';
}

/** A key of a request contains no space, so it is never one of these. */
const ownRetryKeys = 'retry ';

/**
 * Two requests at once get the same key, so the unique rule of keys lets one of them make the job. Retries with a key of
 * the caller do not count: one that failed meanwhile would make another key, and with it a second retry.
 */
function nextRetryKey(id: JobId, retries: readonly JobRow[]): string {
  const own = retries.filter(({ idempotencyKey }) => idempotencyKey?.startsWith(ownRetryKeys) === true);
  return `${ownRetryKeys}${own.length + 1} of ${id}`;
}

function providerFilter(providerId: string | undefined): Pick<JobFilter, 'providerId' | 'routed'> {
  if (providerId === undefined) {
    return {};
  }
  return providerId === automaticProvider ? { routed: true } : { providerId };
}

/** The request that would make this job again, now rather than at its old start time. */
function requestOf(job: JobRow): CreateJobRequest {
  return {
    operation_type: job.operationType,
    ...requestedProvider(job),
    params: job.params,
    priority: job.priority,
    metadata: { ...job.metadata },
    ...(job.pinnedAccountId === null ? {} : { account_id: job.pinnedAccountId }),
    ...(job.maxCredits === null ? {} : { max_credits: job.maxCredits }),
    ...(job.maxCostUsd === null ? {} : { max_cost_usd: job.maxCostUsd }),
    ...(job.name === null ? {} : { name: job.name }),
  };
}
