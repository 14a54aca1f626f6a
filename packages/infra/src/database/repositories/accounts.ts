import { and, asc, eq, exists, gt, gte, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { StaleRowError } from '@pixsim7/core';
import type { AccountRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { accounts, balanceReadings, providerDeliveries, providerUploads } from '../schema/index.ts';
import { expediteReading } from '../statements/row-writes.ts';
import { readRows, textArray, updateVersion } from '../statements/table-statements.ts';
import { accountStatements, readingStatements } from '../statements/tables.ts';

/** Names the advisory locks of those who compare credentials, one per provider; any number that nothing else here uses. */
const credentialsLock = 7_003;

const byId = `${accountStatements.select} where "id" = $1`;
const byIds = `${accountStatements.select} where "id" = any($1)`;
/**
 * Not FOR UPDATE: that would also stop every insert that points to the account (ledger lines, readings), because PostgreSQL
 * takes a key share lock on the row a foreign key names. Two of these still exclude each other.
 */
const locked = `${byId} for no key update`;

/** The first one of each account by the index: DISTINCT ON would read all that an account ever had. */
const latestReadings = `select "latest".* from unnest($1::text[]) as "wanted" ("id")
  cross join lateral (
    ${readingStatements.select} where "account_id" = "wanted"."id" order by "observed_at" desc, "position" desc limit 1
  ) as "latest"`;

export function createAccountRepository(repository: RepositoryConnection): AccountRepository {
  const { drizzle: connection } = repository;
  return {
    async insert(account) {
      await repository.send(accountStatements.insert(account));
    },
    async get(id) {
      const [account] = await readRows(repository, accountStatements, byId, [id]);
      return account ?? null;
    },
    async lock(id) {
      const [account] = await readRows(repository, accountStatements, locked, [id]);
      return account ?? null;
    },
    async lockCredentials(providerId) {
      await connection.execute(
        sql`select pg_advisory_xact_lock(${credentialsLock}, hashtext(${providerId}))`,
      );
    },
    async update(account, changes) {
      const updated = await updateVersion(repository, accountStatements, account, changes);
      if (updated === null) {
        throw new StaleRowError(`Account ${account.id} is not at version ${account.version}.`);
      }
      return updated;
    },
    async getMany(ids) {
      return readRows(repository, accountStatements, byIds, [textArray(ids)]);
    },
    async list({ workspaceId, providerId }) {
      return connection
        .select()
        .from(accounts)
        .where(
          and(
            isNull(accounts.deletedAt),
            workspaceId === undefined ? undefined : eq(accounts.workspaceId, workspaceId),
            providerId === undefined ? undefined : eq(accounts.providerId, providerId),
          ),
        )
        .orderBy(accounts.createdAt, accounts.id);
    },
    async page(after, limit) {
      return connection
        .select()
        .from(accounts)
        .where(after === null ? undefined : gt(accounts.id, after))
        .orderBy(asc(accounts.id))
        .limit(limit);
    },
    async claimReadings(providerIds, now, until) {
      return connection
        .update(accounts)
        .set({ balanceDueAt: until })
        .where(
          and(
            inArray(accounts.providerId, [...providerIds]),
            eq(accounts.enabled, true),
            isNull(accounts.deletedAt),
            or(isNull(accounts.balanceDueAt), lte(accounts.balanceDueAt, now)),
          ),
        )
        .returning();
    },
    async scheduleReading(id, dueAt, balanceProblem) {
      await connection
        .update(accounts)
        .set({ balanceDueAt: dueAt, balanceProblem })
        .where(eq(accounts.id, id));
    },
    async expediteReading(id, dueAt) {
      await repository.sendAll([expediteReading(id, dueAt)]);
    },
    async addDelivery(delivery) {
      const added = await connection
        .insert(providerDeliveries)
        .values(delivery)
        .onConflictDoNothing()
        .returning({ deliveryId: providerDeliveries.deliveryId });
      if (added.length === 0) {
        return false;
      }
      await connection
        .update(accounts)
        .set({ webhookSeenAt: delivery.receivedAt })
        .where(eq(accounts.id, delivery.accountId));
      return true;
    },
    async hasDelivery(accountId, deliveryId) {
      const found = await connection
        .select({ deliveryId: providerDeliveries.deliveryId })
        .from(providerDeliveries)
        .where(
          and(eq(providerDeliveries.accountId, accountId), eq(providerDeliveries.deliveryId, deliveryId)),
        );
      return found.length > 0;
    },
    async forgetDeliveries(before, limit) {
      // The key has two columns, and one delivery is known by many accounts only in tests: a row is taken by its place.
      const old = connection
        .select({ place: sql`ctid` })
        .from(providerDeliveries)
        .where(lt(providerDeliveries.receivedAt, before))
        .orderBy(providerDeliveries.receivedAt)
        .limit(limit);
      const forgotten = await connection
        .delete(providerDeliveries)
        .where(sql`ctid in ${old}`)
        .returning({ deliveryId: providerDeliveries.deliveryId });
      return forgotten.length;
    },
    async addReading(reading) {
      await repository.send(readingStatements.insert(reading));
    },
    async latestReadings(ids) {
      const rows = await readRows(repository, readingStatements, latestReadings, [textArray(ids)]);
      return new Map(rows.map((row) => [row.accountId, row]));
    },
    async thinReadings(id, before, limit) {
      const later = alias(balanceReadings, 'later');
      const dayOf = (column: AnyPgColumn) => sql`date_trunc('day', ${column} at time zone 'UTC')`;
      const surplus = connection
        .select({ position: balanceReadings.position })
        .from(balanceReadings)
        .where(
          and(
            eq(balanceReadings.accountId, id),
            lt(balanceReadings.observedAt, before),
            exists(
              connection
                .select({ position: later.position })
                .from(later)
                .where(
                  and(
                    eq(later.accountId, id),
                    gte(later.observedAt, balanceReadings.observedAt),
                    // Keeps the search within a day of the index.
                    sql`${later.observedAt} < ${balanceReadings.observedAt} + interval '1 day'`,
                    sql`(${later.observedAt}, ${later.position}) > (${balanceReadings.observedAt}, ${balanceReadings.position})`,
                    eq(dayOf(later.observedAt), dayOf(balanceReadings.observedAt)),
                  ),
                ),
            ),
          ),
        )
        .orderBy(asc(balanceReadings.observedAt))
        .limit(limit);
      const removed = await connection
        .delete(balanceReadings)
        .where(inArray(balanceReadings.position, surplus))
        .returning({ position: balanceReadings.position });
      return removed.length;
    },
    async forgetExpiredUploads(now, limit) {
      // ISO 8601 in UTC sorts as text does.
      const expiresAt = sql`${providerUploads.resolved} ->> 'expiresAt'`;
      const old = connection
        .select({ place: sql`ctid` })
        .from(providerUploads)
        .where(and(sql`${expiresAt} is not null`, sql`${expiresAt} < ${new Date(now).toISOString()}`))
        .orderBy(expiresAt)
        .limit(limit);
      const forgotten = await connection
        .delete(providerUploads)
        .where(sql`ctid in ${old}`)
        .returning({ assetId: providerUploads.assetId });
      return forgotten.length;
    },
    async upload(accountId, assetId, role) {
      const [upload] = await connection
        .select()
        .from(providerUploads)
        .where(
          and(
            eq(providerUploads.accountId, accountId),
            eq(providerUploads.assetId, assetId),
            eq(providerUploads.role, role),
          ),
        );
      return upload ?? null;
    },
    async saveUpload(upload) {
      await connection
        .insert(providerUploads)
        .values(upload)
        .onConflictDoUpdate({
          target: [providerUploads.accountId, providerUploads.assetId, providerUploads.role],
          set: { resolved: upload.resolved, uploadedAt: upload.uploadedAt },
        });
    },
    async forgetUploads(accountId, assetIds) {
      await connection
        .delete(providerUploads)
        .where(
          and(eq(providerUploads.accountId, accountId), inArray(providerUploads.assetId, [...assetIds])),
        );
    },
  };
}
