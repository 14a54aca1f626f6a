import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreditEntryKind, SubmissionState } from '@pixsim7/contracts';
import { submissionStates } from '@pixsim7/contracts';
import { endedSubmissionStates } from '@pixsim7/core';
import type { AccountRow, CreditExposure, Transaction } from '@pixsim7/core';
import {
  buildAccount,
  buildBalanceReading,
  buildCreditEntry,
  buildJob,
  buildSubmission,
  builtAt,
} from '@pixsim7/testkit/builders';
import { MemoryDatabase } from '@pixsim7/testkit/memory-database';
import { observeEmbedded } from './testing/observed-database.ts';
import type { ObservedDatabase } from './testing/observed-database.ts';
import { truncateEverythingText } from './testing/truncate-everything.ts';

/** The statements as they were until decision 0053: every hold ever made is asked whether something ended it. */
const exposuresBefore = `
  select e.account_id as account, e.amount::text as amount, e.kind = 'settle' as settled,
    extract(epoch from s.accepted_at)::float8 * 1000 as accepted_at, extract(epoch from e.at)::float8 * 1000 as at
  from credit_entries e
  join jsonb_to_recordset($1::jsonb) as given(id text, since timestamptz) on given.id = e.account_id
  join submissions s on s.id = e.submission_id
  where (e.kind = 'hold' and not exists (
      select from credit_entries ending where ending.submission_id = e.submission_id and ending.kind <> 'hold'))
    or (e.kind = 'settle' and e.at >= given.since)
  order by e.position`;
const chargesBefore = `
  select hold.amount::text as held, extract(epoch from s.sent_at)::float8 * 1000 as sent_at,
    extract(epoch from s.accepted_at)::float8 * 1000 as accepted_at, ending.kind, ending.amount::text as amount,
    extract(epoch from ending.at)::float8 * 1000 as at
  from submissions s
  join credit_entries hold on hold.submission_id = s.id and hold.kind = 'hold'
  left join credit_entries ending on ending.submission_id = s.id and ending.kind <> 'hold'
  where s.account_id = $1 and s.sent_at is not null and (ending.at is null or ending.at >= $2::timestamptz)
  order by hold.position`;
const totalsBefore = `
  select e.account_id as "accountId",
    coalesce(sum(e.amount) filter (where e.kind = 'hold'), 0)::float8 as held,
    coalesce(sum(e.amount) filter (where e.kind = 'settle'), 0)::float8 as settled
  from credit_entries e
  where e.kind = 'settle' or (e.kind = 'hold' and not exists (
    select from credit_entries ending where ending.submission_id = e.submission_id and ending.kind <> 'hold'))
  group by e.account_id order by e.account_id`;

const minutes = (most: number) => fc.integer({ min: 0, max: most });
const price = fc.option(fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4));

/** One attempt: where it is now, and the moments that it has had. An end is written with the end of the hold. */
const anyAttempt = fc.record({
  account: fc.integer({ min: 0, max: 2 }),
  state: fc.constantFrom(...submissionStates),
  needsAttention: fc.boolean(),
  held: price,
  heldAt: minutes(60),
  sentAfter: fc.option(minutes(5)),
  acceptedAfter: fc.option(minutes(5)),
  /** A settlement can come before the file is stored. */
  settledEarly: fc.boolean(),
  ending: fc.constantFrom<CreditEntryKind>('settle', 'release'),
  ended: price,
  endedAfter: minutes(60),
});
type Attempt = typeof anyAttempt extends fc.Arbitrary<infer Value> ? Value : never;

const anyHistory = fc.record({
  attempts: fc.array(anyAttempt, { maxLength: 14 }),
  /** By account; null: its balance was never read. */
  readAt: fc.tuple(fc.option(minutes(130)), fc.option(minutes(130)), fc.option(minutes(130))),
  foldedAt: fc.array(minutes(130), { maxLength: 3 }),
  foldLimit: fc.integer({ min: 1, max: 5 }),
});
type History = typeof anyHistory extends fc.Arbitrary<infer Value> ? Value : never;

const at = (minute: number): number => builtAt + minute * 60_000;

async function writeAttempt(
  { jobs, submissions, credits }: Transaction,
  account: AccountRow,
  drawn: Attempt,
  ids: { readonly job: ReturnType<typeof buildJob>; readonly submission: ReturnType<typeof buildSubmission> },
): Promise<void> {
  await jobs.insert(ids.job, []);
  await submissions.insert({ ...ids.submission, accountId: account.id });
  const { held, heldAt } = drawn;
  const submission = { ...ids.submission, accountId: account.id };
  await credits.add(buildCreditEntry(submission, { amount: held, at: at(heldAt) }));
  const isOver = (endedSubmissionStates as readonly SubmissionState[]).includes(drawn.state);
  if (isOver || (drawn.settledEarly && drawn.state === 'succeeded')) {
    const amount = drawn.ending === 'release' ? 0 : drawn.ended;
    const endedAt = at(heldAt + drawn.endedAfter);
    await credits.add(buildCreditEntry(submission, { kind: drawn.ending, amount, at: endedAt }));
  }
}

function rowsOf(drawn: Attempt, account: AccountRow) {
  const { state, heldAt, sentAfter, acceptedAfter, needsAttention } = drawn;
  const sentAt = sentAfter === null ? null : at(heldAt + sentAfter);
  const job = buildJob({
    status: 'processing',
    stage: needsAttention ? 'needs_attention' : 'generating',
  });
  const submission = buildSubmission(
    { jobId: job.id, accountId: account.id },
    {
      state,
      sentAt,
      acceptedAt: sentAt === null || acceptedAfter === null ? null : sentAt + acceptedAfter * 60_000,
    },
  );
  return { job, submission };
}

const byText = (left: unknown, right: unknown): number =>
  JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
const flat = (exposures: ReadonlyMap<string, readonly CreditExposure[]>) => [...exposures.values()].flat();

describe('the money of an account', () => {
  let observed: ObservedDatabase;
  beforeAll(async () => {
    const silent = (): void => undefined;
    observed = await observeEmbedded({ debug: silent, info: silent, warn: silent, error: silent });
  }, 60_000);
  afterAll(() => observed.database.close());

  it('is what the statements over the whole history say, in every state of an attempt', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        await compare(observed, history);
        compared += 1;
      }),
      { numRuns: 40 },
    );
    expect(compared).toBe(40);
  }, 120_000);

  it('is compared for all states, open and ended', () => {
    const drawn = fc.sample(anyAttempt, { numRuns: 500, seed: 1 });
    expect(new Set(drawn.map(({ state }) => state))).toEqual(new Set(submissionStates));
    expect(new Set(drawn.map(({ needsAttention }) => needsAttention)).size).toBe(2);
  });
});

async function compare(
  observed: ObservedDatabase,
  { attempts, readAt, foldedAt, foldLimit }: History,
): Promise<void> {
  await observed.rows(truncateEverythingText());
  const memory = new MemoryDatabase();
  const accounts = [buildAccount(), buildAccount(), buildAccount()];
  const drawn = attempts.flatMap((attempt) => {
    const account = accounts[attempt.account];
    return account === undefined ? [] : [{ attempt, account, ids: rowsOf(attempt, account) }];
  });
  for (const database of [observed.database, memory]) {
    await database.transaction(async (transaction) => {
      for (const [place, account] of accounts.entries()) {
        await transaction.accounts.insert(account);
        const moment = readAt[place] ?? null;
        if (moment !== null) {
          await transaction.accounts.addReading(buildBalanceReading(account.id, { observedAt: at(moment) }));
        }
      }
      for (const { attempt, account, ids } of drawn) {
        await writeAttempt(transaction, account, attempt, ids);
      }
    });
  }
  for (const minute of foldedAt) {
    await observed.database.transaction(({ credits }) => credits.foldSettlements(at(minute), foldLimit));
  }
  const read = (database: typeof observed.database) =>
    database.transaction(async (transaction) => {
      const readings = await transaction.accounts.latestReadings(accounts.map(({ id }) => id));
      const since = new Map(accounts.map(({ id }) => [id, readings.get(id)?.observedAt ?? at(130)]));
      const charges = [];
      for (const [id, moment] of since) {
        charges.push(await transaction.credits.charges(id, moment));
      }
      const exposures = flat(await transaction.credits.exposures(since));
      return { since, charges, exposures, totals: await transaction.credits.totals() };
    });
  const now = await read(observed.database);
  const inMemory = await read(memory);

  const given = [...now.since].map(([id, since]) => ({ id, since: new Date(since).toISOString() }));
  const before = await observed.rows<Record<string, unknown>>(exposuresBefore, [JSON.stringify(given)]);
  const exposures = now.exposures.map((row) => ({
    account: row.accountId,
    amount: row.amount,
    settled: row.settled,
    accepted_at: row.acceptedAt,
    at: row.at,
  }));
  const numbers = before.map((row) => ({
    ...row,
    amount: row['amount'] === null ? null : Number(row['amount']),
  }));
  expect(exposures.toSorted(byText)).toEqual(numbers.toSorted(byText));
  expect(now.exposures.toSorted(byText)).toEqual(inMemory.exposures.toSorted(byText));

  for (const [place, [id, since]] of [...now.since].entries()) {
    const rows = await observed.rows<Record<string, unknown>>(chargesBefore, [
      id,
      new Date(since).toISOString(),
    ]);
    const charges = (now.charges[place] ?? []).map(({ held, sentAt, acceptedAt, ending }) => ({
      held,
      sent_at: sentAt,
      accepted_at: acceptedAt,
      kind: ending?.kind ?? null,
      amount: ending?.amount ?? null,
      at: ending?.at ?? null,
    }));
    const number = (value: unknown): number | null => (value === null ? null : Number(value));
    expect(charges).toEqual(
      rows.map((row) => ({ ...row, held: number(row['held']), amount: number(row['amount']) })),
    );
    expect(inMemory.charges[place]).toEqual(now.charges[place]);
  }
  expect(now.totals).toEqual(await observed.rows(totalsBefore));
  expect(now.totals).toEqual(inMemory.totals);
}
