import { drawActions } from './draw-actions.ts';
import { drawAccount, drawProvider, idPrefixOf } from './draw-provider.ts';
import { noRisks } from './machine/process.ts';
import type { Random } from './machine/random.ts';
import { hangingFaults, uniformRates } from './provider/faults.ts';
import type { FaultRates } from './provider/faults.ts';
import { simulatedProviderId } from './provider/manifest.ts';
import { otherProviderId } from './provider/other-provider.ts';
import { calmServer } from './provider/server.ts';
import { calmAfterMs } from './scenario.ts';
import type { PlannedAccount, PlannedAction, PlannedProvider, Scenario, ScenarioMedia } from './scenario.ts';

/** Generations that take longer than the deadline, or never end. Seldom drawn: hours of looks are many steps. */
export function drawSlowDay(random: Random, { actions, providers }: Scenario): Partial<Scenario> {
  return {
    actions: actions.slice(0, 6),
    providers: providers.map((provider) => ({
      ...provider,
      server: {
        ...provider.server,
        renderMs: [600_000, 3_000_000],
        failureRate: 0,
        stuckRate: random.pick([0, 0, 0.3]),
      },
    })),
  };
}

/** While people make jobs, the reserve is touched; nothing is left when the videos come in; then somebody makes room. */
export function drawFullDisk(random: Random, { accounts, actions, providers }: Scenario): Partial<Scenario> {
  const reservedAt = random.integer(30_000, 90_000);
  const fullAt = reservedAt + random.integer(1_000, 30_000);
  return {
    diskChanges: [
      { at: reservedAt, to: 'reserved' },
      { at: fullAt, to: 'full' },
      { at: random.integer(fullAt + 60_000, calmAfterMs), to: 'enough' },
    ],
    accounts: accounts.map((account) => ({ ...account, deposit: 1_000 })),
    actions: actions.map((action) => ({ ...action, at: Math.floor(action.at / 4) })),
    providers: providers.map((provider) => ({
      ...provider,
      server: {
        ...provider.server,
        ...calmServer,
        idPrefix: idPrefixOf(provider.id),
        renderMs: [1_000, 120_000],
      },
    })),
    // Everything that comes in comes in soon.
    faultRates: uniformRates(random.pick([0, 0.02])),
    sleeps: [],
  };
}

/**
 * One provider hangs with as many jobs as its accounts take, and the other one works. Nobody dies and no message is lost:
 * how long a healthy job takes is then known.
 */
export function drawHangingNeighbour(random: Random, media: ScenarioMedia): Partial<Scenario> {
  const hanging = random.pick([simulatedProviderId, otherProviderId]);
  const healthy = hanging === simulatedProviderId ? otherProviderId : simulatedProviderId;
  const account = (index: number, providerId: string): PlannedAccount => ({
    ...drawAccount(random, index, providerId),
    maxConcurrent: 4,
    realSlots: 4,
    deposit: 10_000,
  });
  const provider = (id: string, faultRates: FaultRates): PlannedProvider => ({
    ...drawProvider(random, id),
    sendsWebhooks: false,
    server: {
      idempotency: 'token',
      idempotencyWindowMs: 3_600_000,
      renderMs: [1_000, 20_000],
      ...calmServer,
      idPrefix: idPrefixOf(id),
      refusesAboveLimit: false,
    },
    faultRates,
  });
  const jobsAt = (providerId: string, count: number, from: number, to: number): PlannedAction[] =>
    drawActions(random, media, [], [providerId], count).flatMap((action) =>
      action.kind === 'create'
        ? [
            {
              ...action,
              at: random.integer(from, to),
              job: from + action.job,
              providerId,
              maxCredits: null,
              notBefore: null,
            },
          ]
        : [],
    );
  return {
    cluster: false,
    accounts: [0, 1, 2, 3].map((index) => account(index, index < 3 ? hanging : healthy)),
    providers: [
      provider(hanging, { ...uniformRates(0), [random.pick(hangingFaults)]: 0.95 }),
      provider(healthy, uniformRates(0)),
    ],
    hangingProvider: hanging,
    clockSteps: [],
    sleeps: [],
    diskChanges: [],
    actions: [...jobsAt(hanging, 24, 0, 20_000), ...jobsAt(healthy, 8, 30_000, calmAfterMs / 2)],
    processRisks: { ...noRisks, yield: 0.3 },
    deathBeforeCommit: 0,
    queueRisks: { loss: 0, duplicate: 0 },
  };
}

/** A provider that takes nearly nothing while many jobs wait for one account: what breakers are for. */
export function drawOutage(random: Random, media: ScenarioMedia, scenario: Scenario): Partial<Scenario> {
  const accounts = scenario.accounts.slice(0, 1);
  const providers = scenario.providers.slice(0, 1);
  const ids = providers.map(({ id }) => id);
  return {
    accounts,
    providers,
    actions: drawActions(random, media, accounts, ids, random.integer(10, 20)),
    faultRates: { ...uniformRates(0), down_for_maintenance: 0.95 },
  };
}

/**
 * Two processes that stand still now and then, and submits that often go unanswered: the one takes over what the other
 * has not lost. A double payment hides here, and in a day drawn evenly it is met once in thousands.
 */
export const contestedSubmits: Partial<Scenario> = {
  cluster: true,
  clockSteps: [],
  sleeps: [],
  processRisks: { crash: 0, freeze: 0.03, longestFreezeMs: 120_000, yield: 0.3 },
  faultRates: { ...uniformRates(0), reply_lost_after_acceptance: 0.4, refused_at_the_door: 0.4 },
  queueRisks: { loss: 0, duplicate: 0 },
};
