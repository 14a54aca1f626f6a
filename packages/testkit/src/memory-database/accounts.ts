import type { AccountId, AssetId } from '@pixsim7/contracts';
import type { AccountRepository, BalanceReadingRow } from '@pixsim7/core';
import { byAge, compareText, getMany, insertNew, nextPlace, nextVersion } from './rows.ts';
import type { Tables } from './tables.ts';

export function createAccountRepository({
  accounts,
  balanceReadings,
  providerDeliveries,
  providerUploads,
}: Tables): AccountRepository {
  return {
    async insert(account) {
      insertNew(accounts, 'accounts_pkey', account.id, account);
    },
    async get(id) {
      return accounts.get(id) ?? null;
    },
    // Transactions run one after the other here, so every row of an open one is locked anyway.
    async lock(id) {
      return accounts.get(id) ?? null;
    },
    // Nothing to lock for the same reason.
    async lockCredentials() {},
    async update(account, changes) {
      return accounts.put(account.id, nextVersion(accounts, account, changes));
    },
    async getMany(ids) {
      return getMany(accounts, ids);
    },
    async list(filter) {
      return accounts
        .values()
        .filter(
          (account) =>
            account.deletedAt === null &&
            (filter.workspaceId === undefined || account.workspaceId === filter.workspaceId) &&
            (filter.providerId === undefined || account.providerId === filter.providerId),
        )
        .sort(byAge);
    },
    async page(after, limit) {
      return accounts
        .values()
        .filter(({ id }) => after === null || id > after)
        .sort((left, right) => compareText(left.id, right.id))
        .slice(0, limit);
    },
    async claimReadings(providerIds, now, until) {
      return accounts
        .values()
        .filter(
          (account) =>
            providerIds.includes(account.providerId) &&
            account.enabled &&
            account.deletedAt === null &&
            (account.balanceDueAt ?? now) <= now,
        )
        .map((account) => accounts.put(account.id, { ...account, balanceDueAt: until }));
    },
    async scheduleReading(id, dueAt, balanceProblem) {
      const account = accounts.get(id);
      if (account !== undefined) {
        accounts.put(id, { ...account, balanceDueAt: dueAt, balanceProblem });
      }
    },
    async expediteReading(id, dueAt) {
      const account = accounts.get(id);
      if (account === undefined || account.balanceDueAt === null || account.balanceDueAt <= dueAt) {
        return;
      }
      accounts.put(id, { ...account, balanceDueAt: dueAt });
    },
    async addDelivery(delivery) {
      const { accountId, deliveryId, receivedAt } = delivery;
      const key = deliveryKey(accountId, deliveryId);
      if (providerDeliveries.get(key) !== undefined) {
        return false;
      }
      providerDeliveries.put(key, delivery);
      const account = accounts.get(accountId);
      if (account !== undefined) {
        accounts.put(accountId, { ...account, webhookSeenAt: receivedAt });
      }
      return true;
    },
    async hasDelivery(accountId, deliveryId) {
      return providerDeliveries.get(deliveryKey(accountId, deliveryId)) !== undefined;
    },
    async forgetDeliveries(before, limit) {
      const old = providerDeliveries
        .values()
        .filter(({ receivedAt }) => receivedAt < before)
        .sort((left, right) => left.receivedAt - right.receivedAt)
        .slice(0, limit);
      for (const { accountId, deliveryId } of old) {
        providerDeliveries.delete(deliveryKey(accountId, deliveryId));
      }
      return old.length;
    },
    async addReading(reading) {
      const place = nextPlace(balanceReadings.values());
      balanceReadings.put(String(place), { row: reading, place });
    },
    async thinReadings(id, before, limit) {
      const own = balanceReadings
        .values()
        .filter(({ row }) => row.accountId === id)
        .sort((left, right) => left.row.observedAt - right.row.observedAt || left.place - right.place);
      const surplus = own
        .filter(({ row }, index) => {
          const next = own[index + 1];
          return row.observedAt < before && next !== undefined && dayOf(next.row) === dayOf(row);
        })
        .slice(0, limit);
      for (const { place } of surplus) {
        balanceReadings.delete(String(place));
      }
      return surplus.length;
    },
    async latestReadings(ids) {
      const wanted = new Set(ids);
      const latest = new Map<AccountId, BalanceReadingRow>();
      for (const { row: reading } of balanceReadings.values()) {
        if (!wanted.has(reading.accountId)) {
          continue;
        }
        const known = latest.get(reading.accountId);
        if (known === undefined || reading.observedAt >= known.observedAt) {
          latest.set(reading.accountId, reading);
        }
      }
      return latest;
    },
    async upload(accountId, assetId, role) {
      return providerUploads.get(uploadKey(accountId, assetId, role)) ?? null;
    },
    async saveUpload(upload) {
      providerUploads.put(uploadKey(upload.accountId, upload.assetId, upload.role), upload);
    },
    async forgetExpiredUploads(now, limit) {
      const old = providerUploads
        .values()
        .filter(({ resolved }) => resolved.expiresAt !== null && Date.parse(resolved.expiresAt) < now)
        .slice(0, limit);
      for (const { accountId, assetId, role } of old) {
        providerUploads.delete(uploadKey(accountId, assetId, role));
      }
      return old.length;
    },
    async forgetUploads(accountId, assetIds) {
      const forgotten = new Set(assetIds);
      for (const upload of providerUploads.values()) {
        if (upload.accountId === accountId && forgotten.has(upload.assetId)) {
          providerUploads.delete(uploadKey(accountId, upload.assetId, upload.role));
        }
      }
    },
  };
}

function dayOf({ observedAt }: BalanceReadingRow): number {
  return Math.floor(observedAt / (24 * 3_600_000));
}

function deliveryKey(accountId: AccountId, deliveryId: string): string {
  return `${accountId} ${deliveryId}`;
}

function uploadKey(accountId: AccountId, assetId: AssetId, role: string): string {
  return `${accountId} ${assetId} ${role}`;
}
