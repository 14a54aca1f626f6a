import type { AccountId, JobId, UserId, WorkspaceId } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import {
  buildAccount,
  buildAsset,
  buildBalanceReading,
  buildBlob,
  buildCreditEntry,
  buildJob,
  buildSubmission,
  builtAt,
  builtOwner,
  builtWorkspace,
} from '../../builders/index.ts';

/** Runs a statement; `ObservedDatabase` has one of these. */
export type RunStatement = (text: string, values?: readonly unknown[]) => Promise<readonly unknown[]>;

/** Names and times of an installation with a history, for the arguments of queries. */
export interface History {
  readonly accountId: AccountId;
  /** It made the first 50 jobs and none since. */
  readonly oldAccountId: AccountId;
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly providerId: string;
  /** The moment after all of it: noon of 2026-01-01, UTC. */
  readonly now: number;
  /** The time when half of the jobs were made. */
  readonly middle: number;
  /** One that ended, from the middle of the history. */
  readonly endedJobId: JobId;
  /** One that waits in line. */
  readonly waitingJobId: JobId;
}

export interface HistoryOptions {
  /** SQL of columns that say whose the jobs are, for the copy with the number `n`; an owner and an account of its own when left out. */
  readonly whose?: Readonly<Record<string, string>>;
  /** Whether some jobs wait and some run. */
  readonly withPresent?: boolean;
}

/** Work that goes on now, whatever the length of the history. */
const waiting = 40;
const running = 20;
/** Balance readings, as many as a busy account has: they are thinned to one a day after a week. */
const readingEvery = 20;
/** Milliseconds between two jobs: a million are a year. */
const pauseMs = 30_000;

/**
 * Fills an empty database with jobs of one account that are over, and a few that are not. The first row of each table is
 * written as the server writes it, and the database copies it: a million inserts would take longer than all that is measured.
 */
export async function fillHistory(
  database: Database,
  run: RunStatement,
  jobs: number,
  { whose = {}, withPresent = true }: HistoryOptions = {},
): Promise<History> {
  const original = await writeOriginals(database);
  const makeIndexesAgain = await dropIndexes(run);
  const fill = (table: string, id: string, copies: number, changes: Readonly<Record<string, string>>) =>
    copy(run, table, id, copies, { ...(table === 'balance_readings' ? {} : whose), ...changes });
  // The copy with the number n began so long before now.
  const age = (seconds: number): string => `${seconds}::float8 * interval '1 second'`;
  const at = (seconds: number): string =>
    `original.created_at - (${jobs} - n + 2) * interval '${pauseMs} milliseconds' + ${age(seconds)}`;
  const ending = (stored: string, failed: string, cancelled: string): string =>
    `case when n % 20 = 7 then ${failed} when n % 20 = 13 then ${cancelled} else ${stored} end`;

  await fill('jobs', original.jobId, jobs, {
    id: "'job_h' || n",
    status: ending("'completed'", "'failed'", "'cancelled'"),
    stage: "'finished'",
    name: "'Boat number ' || n",
    model: "'v' || (n % 4)",
    operation_type: "case when n % 5 = 0 then 'image_to_video' else 'text_to_video' end",
    metadata: "jsonb_build_object('project', 'p' || n % 50)",
    params: `jsonb_build_object('prompt', 'a paper boat ' || md5(n::text) || ' on rain water'
      || case when n % 100 = 3 then ' in fog' else '' end || case when n <= 50 then ' long ago' else '' end)`,
    duration_key: "'v1 text_to_video ' || (n % 20) || 's'",
    created_at: at(0),
    started_at: at(1),
    completed_at: at(25),
  });
  await fill('submissions', original.submissionId, jobs, {
    id: "'sub_h' || n",
    job_id: "'job_h' || n",
    token: "'token' || n",
    account_id: `case when n <= 50 then '${original.oldAccountId}' else original.account_id end`,
    duration_key: "'v1 text_to_video ' || (n % 20) || 's'",
    provider_job_id: "'remote' || n",
    state: ending("'stored'", "'failed'", "'cancelled'"),
    due_at: 'null',
    created_at: at(1),
    sent_at: at(2),
    accepted_at: at(3),
    finished_at: at(20),
    stored_at: ending(at(25), 'null', 'null'),
  });
  const entry = { submission_id: "'sub_h' || n", job_id: "'job_h' || n" };
  await fill('credit_entries', original.submissionId, jobs, { ...entry, at: whole(original.now, jobs, 1) });
  await fill('credit_entries', original.submissionId, jobs, {
    ...entry,
    kind: ending("'settle'", "'release'", "'release'"),
    amount: ending('original.amount', '0', '0'),
    at: whole(original.now, jobs, 25),
  });
  const hash = 'md5(n::text) || md5((-n)::text)';
  await fill('blobs', original.hash, jobs, {
    hash,
    created_at: at(25),
    reserved_at: at(25),
    maybe_unused: 'false',
  });
  await fill('assets', original.assetId, jobs, {
    id: "'ast_h' || n",
    job_id: "'job_h' || n",
    output_index: '0',
    name: "'Boat number ' || n",
    blob_hash: hash,
    created_at: at(25),
  });
  await fill('balance_readings', original.accountId, Math.ceil(jobs / readingEvery), {
    observed_at: `original.observed_at - n * interval '${pauseMs * readingEvery} milliseconds'`,
  });
  if (withPresent) {
    await fillPresent(fill, original);
  }
  await makeIndexesAgain();
  // The ledger as it is when the last fold was an hour ago.
  await database.transaction(async ({ credits }) => {
    while ((await credits.foldSettlements(original.now - 3_600_000, 100_000)) > 0) {
      // Until nothing is left that is an hour old.
    }
  });
  await run('vacuum analyze');
  return {
    accountId: original.accountId,
    oldAccountId: original.oldAccountId,
    workspaceId: builtWorkspace,
    ownerId: builtOwner,
    providerId: original.providerId,
    now: original.now,
    middle: original.now - Math.ceil(jobs / 2) * pauseMs,
    endedJobId: `job_h${Math.ceil(jobs / 2)}` as JobId,
    waitingJobId: `job_w${waiting}` as JobId,
  };
}

const filledTables = [
  'jobs',
  'submissions',
  'credit_entries',
  'blobs',
  'assets',
  'job_texts',
  'job_marks',
  'asset_texts',
];

/**
 * Leaves out, until the returned function is called, what costs most of the time of so many rows: indexes that are written row by
 * row, and a look at the other table for each foreign key. The triggers that lists need stay.
 */
async function dropIndexes(run: RunStatement): Promise<() => Promise<void>> {
  const indexes = (await run(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid::regclass::text = any($1::text[])
       and not exists (select from pg_constraint where conindid = indexrelid)`,
    [filledTables],
  )) as readonly { readonly name: string; readonly definition: string }[];
  for (const { name } of indexes) {
    await run(`drop index ${name}`);
  }
  for (const table of filledTables) {
    await run(`alter table ${table} disable trigger all`);
    await run(`alter table ${table} enable trigger user`);
  }
  return async () => {
    for (const { definition } of indexes) {
      await run(definition);
    }
    for (const table of filledTables) {
      await run(`alter table ${table} enable trigger all`);
    }
  };
}

type Fill = (
  table: string,
  id: string,
  copies: number,
  changes: Readonly<Record<string, string>>,
) => Promise<void>;
type Originals = Awaited<ReturnType<typeof writeOriginals>>;

/** Jobs that wait in line and jobs that run. */
async function fillPresent(fill: Fill, original: Originals): Promise<void> {
  await fill('jobs', original.jobId, waiting, {
    id: "'job_w' || n",
    status: "'pending'",
    stage: "'queued'",
    wait_reason: "'slot'",
    due_at: 'original.created_at',
  });
  await fill('jobs', original.jobId, running, {
    id: "'job_r' || n",
    status: "'processing'",
    stage: "'generating'",
    started_at: 'original.created_at',
    completed_at: 'null',
  });
  await fill('submissions', original.submissionId, running, {
    id: "'sub_r' || n",
    job_id: "'job_r' || n",
    token: "'running' || n",
    provider_job_id: "'running' || n",
    state: "'accepted'",
    due_at: "original.created_at + interval '1 minute'",
    finished_at: 'null',
    stored_at: 'null',
  });
  await fill('credit_entries', original.submissionId, running, {
    submission_id: "'sub_r' || n",
    job_id: "'job_r' || n",
    at: `to_timestamp(${original.now / 1_000})`,
  });
}

/** One row of each table, of a job that has ended. */
async function writeOriginals(database: Database) {
  const now = builtAt;
  const account = buildAccount();
  const oldAccount = buildAccount();
  const job = buildJob({ status: 'completed', startedAt: now, completedAt: now });
  const submission = buildSubmission(
    { jobId: job.id, accountId: account.id },
    { state: 'stored', dueAt: null, sentAt: now, acceptedAt: now, finishedAt: now, storedAt: now },
  );
  const blob = buildBlob();
  const asset = buildAsset({ blobHash: blob.hash, jobId: job.id, outputIndex: 0 });
  await database.transaction(async (transaction) => {
    await transaction.accounts.insert(account);
    await transaction.accounts.insert(oldAccount);
    await transaction.accounts.addReading(buildBalanceReading(account.id, { observedAt: now - 60_000 }));
    await transaction.jobs.insert(job, []);
    await transaction.submissions.insert(submission);
    // Before all copies, as its place in the ledger is.
    const at = now - 400 * 24 * 3_600_000;
    await transaction.credits.add(buildCreditEntry(submission, { at }));
    await transaction.credits.add(buildCreditEntry(submission, { kind: 'settle', at }));
    await transaction.assets.insert(asset, [blob]);
  });
  const { id: accountId, providerId } = account;
  return {
    now,
    accountId,
    oldAccountId: oldAccount.id,
    providerId,
    jobId: job.id,
    submissionId: submission.id,
    assetId: asset.id,
    hash: blob.hash,
  };
}

/** The moment at which the job with the number n did something, for a table that does not know when it was made. */
function whole(now: number, jobs: number, seconds: number): string {
  return `to_timestamp(${now / 1_000} - (${jobs} - n + 2) * ${pauseMs / 1_000} + ${seconds})`;
}

/** Finds the original of a table. */
const originalOf: Readonly<Record<string, string>> = {
  blobs: 'original.hash = $2',
  credit_entries: "original.submission_id = $2 and original.kind = 'hold'",
  balance_readings: 'original.account_id = $2',
};

/** @param changes the SQL of the columns in which the copy with the number `n` differs */
async function copy(
  run: RunStatement,
  table: string,
  id: string,
  copies: number,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const found = (await run(
    `select column_name::text as name, udt_name::text as type from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_identity = 'NO' and is_generated = 'NEVER'`,
    [table],
  )) as readonly { readonly name: string; readonly type: string }[];
  const values = found.map(({ name, type }) => {
    const change = changes[name];
    return change === undefined ? `original.${name}` : `(${change})::${type}`;
  });
  await run(
    `insert into ${table} (${found.map(({ name }) => name).join(', ')})
     select ${values.join(', ')}
     from (select * from ${table} original where ${originalOf[table] ?? 'original.id = $2'} limit 1) original,
       generate_series(1, $1::int) n`,
    [copies, id],
  );
}
