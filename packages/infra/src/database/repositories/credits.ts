import { and, eq, gte, inArray, isNotNull, isNull, ne, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { AccountId } from '@pixsim7/contracts';
import type { CreditExposure, CreditRepository } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { creditEntries, submissions } from '../schema/index.ts';

const entryColumns = {
  accountId: creditEntries.accountId,
  submissionId: creditEntries.submissionId,
  jobId: creditEntries.jobId,
  kind: creditEntries.kind,
  amount: creditEntries.amount,
  at: creditEntries.at,
};

export function createCreditRepository(connection: Connection): CreditRepository {
  const ending = alias(creditEntries, 'ending');
  /** A hold that was neither settled nor released. */
  const isOpenHold = and(
    eq(creditEntries.kind, 'hold'),
    notExists(
      connection
        .select({ kind: ending.kind })
        .from(ending)
        .where(and(eq(ending.submissionId, creditEntries.submissionId), ne(ending.kind, 'hold'))),
    ),
  );

  return {
    async add(entry) {
      await connection.insert(creditEntries).values(entry);
    },
    async byJobs(ids) {
      return connection
        .select(entryColumns)
        .from(creditEntries)
        .where(inArray(creditEntries.jobId, [...ids]))
        .orderBy(creditEntries.at, creditEntries.position);
    },
    async bySubmission(id) {
      return connection
        .select(entryColumns)
        .from(creditEntries)
        .where(eq(creditEntries.submissionId, id))
        .orderBy(creditEntries.at, creditEntries.position);
    },
    async exposures(settledSince) {
      const wanted = [...settledSince].map(([id, since]) => ({ id, since: new Date(since).toISOString() }));
      const given = sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as given(id text, since timestamptz)`;
      const rows = await connection
        .select({
          accountId: creditEntries.accountId,
          amount: creditEntries.amount,
          settled: sql<boolean>`${creditEntries.kind} = 'settle'`,
          acceptedAt: submissions.acceptedAt,
          at: creditEntries.at,
        })
        .from(creditEntries)
        .innerJoin(given, sql`given.id = ${creditEntries.accountId}`)
        .innerJoin(submissions, eq(submissions.id, creditEntries.submissionId))
        .where(or(isOpenHold, and(eq(creditEntries.kind, 'settle'), sql`${creditEntries.at} >= given.since`)))
        .orderBy(creditEntries.position);
      const exposures = new Map<AccountId, CreditExposure[]>();
      for (const row of rows) {
        const known = exposures.get(row.accountId);
        if (known === undefined) {
          exposures.set(row.accountId, [row]);
        } else {
          known.push(row);
        }
      }
      return exposures;
    },
    async charges(accountId, since) {
      const hold = alias(creditEntries, 'hold');
      const rows = await connection
        .select({
          held: hold.amount,
          sentAt: submissions.sentAt,
          acceptedAt: submissions.acceptedAt,
          kind: ending.kind,
          amount: ending.amount,
          at: ending.at,
        })
        .from(submissions)
        .innerJoin(hold, and(eq(hold.submissionId, submissions.id), eq(hold.kind, 'hold')))
        .leftJoin(ending, and(eq(ending.submissionId, submissions.id), ne(ending.kind, 'hold')))
        .where(
          and(
            eq(submissions.accountId, accountId),
            isNotNull(submissions.sentAt),
            or(isNull(ending.at), gte(ending.at, since)),
          ),
        )
        .orderBy(hold.position);
      return rows.flatMap(({ held, sentAt, acceptedAt, kind, amount, at }) =>
        sentAt === null
          ? []
          : [
              {
                held,
                sentAt,
                acceptedAt,
                ending:
                  kind === null || at === null
                    ? null
                    : { kind: kind === 'settle' ? ('settle' as const) : ('release' as const), amount, at },
              },
            ],
      );
    },
    async totals() {
      const sumOf = (kind: 'hold' | 'settle') =>
        sql<number>`coalesce(sum(${creditEntries.amount}) filter (where ${eq(creditEntries.kind, kind)}), 0)::float8`;
      return connection
        .select({ accountId: creditEntries.accountId, held: sumOf('hold'), settled: sumOf('settle') })
        .from(creditEntries)
        .where(or(isOpenHold, eq(creditEntries.kind, 'settle')))
        .groupBy(creditEntries.accountId)
        .orderBy(creditEntries.accountId);
    },
  };
}
