import { secretMark } from './invariants/outbox.ts';
import type { Random } from './machine/random.ts';
import { otherProviderId } from './provider/other-provider.ts';
import type { PlannedAccount, PlannedProvider } from './scenario.ts';

export function idPrefixOf(providerId: string): string {
  return providerId === otherProviderId ? '8' : '9';
}

export function drawProvider(random: Random, id: string): PlannedProvider {
  return {
    id,
    server: {
      idPrefix: idPrefixOf(id),
      idempotency: random.chance(0.7) ? 'token' : 'none',
      idempotencyWindowMs: random.pick([3_600_000, 86_400_000]),
      renderMs: random.pick([
        [1_000, 5_000],
        [10_000, 60_000],
        [30_000, 300_000],
      ] as const),
      stuckRate: 0,
      failureRate: random.pick([0, 0.05, 0.3]),
      filterRate: random.pick([0, 0.05, 0.3]),
      contentRefusalRate: random.pick([0, 0.05, 0.2]),
      modelGoneRate: random.pick([0, 0.1, 0.4]),
      fileRefusalRate: random.pick([0, 0.1, 0.4]),
      lateOutputRate: random.pick([0, 0.3]),
      damagedFileRate: random.pick([0, 0, 0, 0.3]),
      deadlyFileRate: random.pick([0, 0, 0, 0.2]),
      priceFactor: random.pick([1, 1, 0.9, 1.3]),
      refusesAboveLimit: random.chance(0.5),
    },
    canCancel: random.chance(0.5),
    sendsWebhooks: random.chance(0.4),
    tellsCredits: random.pick(['accepted', 'ended', 'never']),
    creditValueUsd: random.pick([null, 0.01, 0.02]),
  };
}

export function drawAccount(random: Random, index: number, providerId: string): PlannedAccount {
  const maxConcurrent = random.integer(1, 3);
  return {
    providerId,
    label: `account ${index + 1}`,
    credential: `${secretMark}-${index + 1}`,
    maxConcurrent,
    realSlots: index % 3 === 1 ? 1 : maxConcurrent,
    deposit: random.pick([0, 30, 100, 1_000]),
    priority: random.integer(-1, 1),
  };
}
