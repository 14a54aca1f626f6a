import { automaticProvider, type JobParameters, type OperationType } from '@pixsim7/contracts';
import { noRisks, type ProcessRisks } from './machine/process.ts';
import type { Random } from './machine/random.ts';
import type { QueueRisks } from './ports/simulated-step-queue.ts';
import { hangingFaults, uniformRates, type FaultRates } from './provider/faults.ts';
import { simulatedOperations, simulatedProviderId } from './provider/manifest.ts';
import { otherProviderId } from './provider/other-provider.ts';
import { calmServer, type ServerSettings } from './provider/server.ts';
import { secretMark } from './invariants/outbox.ts';

/** When the bad luck ends: no more faults, crashes or lost messages; the operator repairs every account. */
export const calmAfterMs = 6 * 60_000;

export interface PlannedProvider {
  readonly id: string;
  readonly server: ServerSettings;
  readonly canCancel: boolean;
  readonly sendsWebhooks: boolean;
  readonly tellsCredits: 'accepted' | 'ended' | 'never';
  /** null: not published. */
  readonly creditValueUsd: number | null;
  /** Bad luck of its own; that of the scenario when left out. */
  readonly faultRates?: FaultRates;
}

export interface PlannedAccount {
  readonly providerId: string;
  readonly label: string;
  readonly credential: string;
  readonly maxConcurrent: number;
  readonly deposit: number;
  readonly priority: number;
}

/** What people do, and when: milliseconds after the start. Jobs are named by their number in the plan. */
export type PlannedAction =
  | {
      readonly kind: 'create';
      readonly at: number;
      readonly job: number;
      readonly operation: OperationType;
      /** A provider, or `auto`. */
      readonly providerId: string;
      readonly params: JobParameters;
      readonly priority: number;
      readonly pinnedTo: number | null;
      readonly maxCredits: number | null;
      /** Milliseconds after the creation. */
      readonly notBefore: number | null;
    }
  | { readonly kind: 'cancel' | 'retry'; readonly at: number; readonly job: number }
  /** Several impatient clicks at once, without an idempotency key. */
  | { readonly kind: 'click_retry'; readonly at: number; readonly job: number }
  /** Two clicks on the same button: the same request with the same idempotency key again. */
  | { readonly kind: 'repeat'; readonly at: number; readonly job: number };

export interface Scenario {
  readonly cluster: boolean;
  readonly accounts: readonly PlannedAccount[];
  readonly actions: readonly PlannedAction[];
  /** One, or two of which jobs may choose. */
  readonly providers: readonly PlannedProvider[];
  /** Of two providers, the one that hangs while nothing is wrong with the other and its jobs; null when there is none. */
  readonly hangingProvider: string | null;
  readonly faultRates: FaultRates;
  readonly processRisks: ProcessRisks;
  /** Chance that a transaction is rolled back because its process dies in it. */
  readonly deathBeforeCommit: number;
  readonly queueRisks: QueueRisks;
  /** Steps of the machine's clock: when, in milliseconds after the start, and by how much. */
  readonly clockSteps: readonly { readonly at: number; readonly byMs: number }[];
  /** A laptop whose lid is closed. */
  readonly sleeps: readonly { readonly at: number; readonly forMs: number }[];
}

/** The media that jobs of a scenario can use; they exist before the first job. */
export interface ScenarioMedia {
  readonly images: readonly string[];
  readonly videos: readonly string[];
}

/** Draws a scenario. Rates differ widely between scenarios, so that calm and terrible days are both seen. */
export function drawScenario(random: Random, media: ScenarioMedia): Scenario {
  const scenario = drawDay(random, media);
  if (random.chance(0.25)) return { ...scenario, ...contestedSubmits };
  if (random.chance(0.1)) return { ...scenario, ...drawOutage(random, media, scenario) };
  if (random.chance(0.08)) return { ...scenario, ...drawSlowDay(random, scenario) };
  return random.chance(0.08) ? { ...scenario, ...drawHangingNeighbour(random, media) } : scenario;
}

/** Generations that take longer than the deadline, or never end. Seldom drawn: hours of looks are many steps. */
function drawSlowDay(random: Random, { actions, providers }: Scenario): Partial<Scenario> {
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

/**
 * One provider hangs with as many jobs as its accounts take, and the other one works. Nobody dies and no message is lost:
 * how long a healthy job takes is then known.
 */
function drawHangingNeighbour(random: Random, media: ScenarioMedia): Partial<Scenario> {
  const hanging = random.pick([simulatedProviderId, otherProviderId]);
  const healthy = hanging === simulatedProviderId ? otherProviderId : simulatedProviderId;
  const account = (index: number, providerId: string): PlannedAccount => ({
    ...drawAccount(random, index, providerId),
    maxConcurrent: 4,
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
    actions: [...jobsAt(hanging, 24, 0, 20_000), ...jobsAt(healthy, 8, 30_000, calmAfterMs / 2)],
    processRisks: { ...noRisks, yield: 0.3 },
    deathBeforeCommit: 0,
    queueRisks: { loss: 0, duplicate: 0 },
  };
}

/** A provider that takes nearly nothing while many jobs wait for one account: what breakers are for. */
function drawOutage(random: Random, media: ScenarioMedia, scenario: Scenario): Partial<Scenario> {
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
 * has not lost. What pays twice hides here, and in a day drawn evenly it is met once in thousands.
 */
const contestedSubmits: Partial<Scenario> = {
  cluster: true,
  clockSteps: [],
  sleeps: [],
  processRisks: { crash: 0, freeze: 0.03, longestFreezeMs: 120_000, yield: 0.3 },
  faultRates: { ...uniformRates(0), reply_lost_after_acceptance: 0.4, refused_at_the_door: 0.4 },
  queueRisks: { loss: 0, duplicate: 0 },
};

function drawDay(random: Random, media: ScenarioMedia): Scenario {
  const ids = random.chance(0.5) ? [simulatedProviderId, otherProviderId] : [simulatedProviderId];
  // In turn, so that every provider has one.
  const accounts = Array.from({ length: random.integer(ids.length, 6) }, (_, index) =>
    drawAccount(random, index, ids[index % ids.length] ?? simulatedProviderId),
  );
  const cluster = random.chance(0.4);
  return {
    cluster,
    accounts,
    actions: drawActions(
      random,
      media,
      accounts,
      ids,
      random.chance(0.1) ? random.integer(10, 25) : random.integer(1, 8),
    ),
    providers: ids.map((id) => drawProvider(random, id)),
    hangingProvider: null,
    faultRates: drawFaultRates(random),
    processRisks: drawProcessRisks(random, cluster),
    deathBeforeCommit: random.pick([0, 0.005]),
    queueRisks: { loss: random.pick([0, 0.05, 0.3]), duplicate: random.pick([0, 0.05, 0.3]) },
    clockSteps: random.chance(0.35) ? drawClockSteps(random) : [],
    sleeps: random.chance(0.15)
      ? [{ at: random.integer(0, calmAfterMs), forMs: random.integer(60_000, longestSleepMs) }]
      : [],
  };
}

/** Longer than every deadline. */
const longestSleepMs = 3 * 3_600_000;

function drawClockSteps(random: Random): Scenario['clockSteps'] {
  return Array.from({ length: random.integer(1, 3) }, () => ({
    at: random.integer(0, calmAfterMs),
    byMs: random.pick([-1, -1, 1]) * random.pick([2_000, 90_000, 3_600_000, 2 * 3_600_000]),
  }));
}

function drawFaultRates(random: Random): FaultRates {
  const rate = random.pick([0, 0.02, 0.1, 0.25, 0.5]);
  return {
    ...uniformRates(rate),
    // Each costs a minute in which nothing else is seen.
    ...Object.fromEntries(hangingFaults.map((name) => [name, rate / 5])),
    credentials_refused: random.pick([0, 0.02]),
    down_for_maintenance: 0,
  };
}

function drawProvider(random: Random, id: string): PlannedProvider {
  return {
    id,
    server: {
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

/** A process alone loses nothing but time when it stands still; of two, the other one takes its work over. */
function drawProcessRisks(random: Random, cluster: boolean): ProcessRisks {
  if (random.chance(0.15)) return { ...noRisks, yield: 0.3 };
  return {
    crash: random.pick([0, 0.002, 0.01, 0.03]),
    crashOutside: 5,
    freeze: cluster ? random.pick([0, 0.01, 0.03, 0.1]) : 0,
    longestFreezeMs: random.pick([10_000, 60_000, 180_000]),
    yield: 0.3,
  };
}

function drawAccount(random: Random, index: number, providerId: string): PlannedAccount {
  return {
    providerId,
    label: `account ${index + 1}`,
    credential: `${secretMark}-${index + 1}`,
    maxConcurrent: random.integer(1, 3),
    deposit: random.pick([0, 30, 100, 1_000]),
    priority: random.integer(-1, 1),
  };
}

function drawActions(
  random: Random,
  media: ScenarioMedia,
  accounts: readonly PlannedAccount[],
  providerIds: readonly string[],
  jobs: number,
): PlannedAction[] {
  const actions: PlannedAction[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const at = random.integer(0, calmAfterMs / 2);
    const operation = random.pick(simulatedOperations).operation_type;
    const pinnedTo =
      random.chance(0.15) && accounts.length > 0 ? random.integer(0, accounts.length - 1) : null;
    actions.push({
      kind: 'create',
      at,
      job,
      operation,
      providerId:
        pinnedTo === null
          ? drawPlace(random, providerIds)
          : (accounts[pinnedTo]?.providerId ?? simulatedProviderId),
      params: drawParameters(random, operation, media),
      priority: random.pick([0, 0, 0, -5, 10]),
      pinnedTo,
      maxCredits: random.chance(0.2) ? random.pick([10, 24, 100]) : null,
      notBefore: random.chance(0.15) ? random.integer(1_000, 300_000) : null,
    });
    const later = (): number => at + random.integer(1, calmAfterMs / 2);
    if (random.chance(0.15)) actions.push({ kind: 'repeat', at: later(), job });
    if (random.chance(0.25)) actions.push({ kind: 'cancel', at: at + random.integer(1, 120_000), job });
    if (random.chance(0.3)) actions.push({ kind: 'retry', at: later(), job });
    if (random.chance(0.2)) actions.push({ kind: 'click_retry', at: later(), job });
  }
  return actions;
}

/** Where there is a choice, most jobs leave it to the rules: that is what the second provider is there for. */
function drawPlace(random: Random, providerIds: readonly string[]): string {
  return providerIds.length > 1 && random.chance(0.7) ? automaticProvider : random.pick(providerIds);
}

function drawParameters(random: Random, operation: OperationType, media: ScenarioMedia): JobParameters {
  const common = { prompt: `scene ${random.integer(1, 1_000)}`, duration: random.pick([5, 8]) };
  const { duration } = common;
  switch (operation) {
    case 'text_to_video':
      return common;
    case 'image_to_video':
      return { ...common, image_url: random.pick(media.images) };
    case 'video_extend':
      return { ...common, video_url: random.pick(media.videos) };
    case 'video_transition':
      return { duration, image_urls: [random.pick(media.images), random.pick(media.images)] };
    case 'fusion':
      return {
        ...common,
        fusion_assets: [
          { image_url: random.pick(media.images), name: 'dog', type: 'subject' },
          { image_url: random.pick(media.images), name: 'beach', type: 'background' },
        ],
      };
  }
}
