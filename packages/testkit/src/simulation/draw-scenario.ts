import { drawActions } from './draw-actions.ts';
import { drawAccount, drawProvider } from './draw-provider.ts';
import { noRisks } from './machine/process.ts';
import type { ProcessRisks } from './machine/process.ts';
import type { Random } from './machine/random.ts';
import { hangingFaults, uniformRates } from './provider/faults.ts';
import type { FaultRates } from './provider/faults.ts';
import { simulatedProviderId } from './provider/manifest.ts';
import { otherProviderId } from './provider/other-provider.ts';
import { calmAfterMs } from './scenario.ts';
import type { Scenario, ScenarioMedia } from './scenario.ts';
import {
  contestedSubmits,
  drawFullDisk,
  drawHangingNeighbour,
  drawOutage,
  drawSlowDay,
} from './special-days.ts';

/** Draws a scenario. Rates differ widely between scenarios, so that calm and terrible days are both seen. */
export function drawScenario(random: Random, media: ScenarioMedia): Scenario {
  const scenario = drawDay(random, media);
  if (random.chance(0.25)) {
    return { ...scenario, ...contestedSubmits };
  }
  if (random.chance(0.1)) {
    return { ...scenario, ...drawOutage(random, media, scenario) };
  }
  if (random.chance(0.08)) {
    return { ...scenario, ...drawSlowDay(random, scenario) };
  }
  if (random.chance(0.1)) {
    return { ...scenario, ...drawFullDisk(random, scenario) };
  }
  return random.chance(0.08) ? { ...scenario, ...drawHangingNeighbour(random, media) } : scenario;
}

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
    diskChanges: [],
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

/** A process alone loses nothing but time when it stands still; of two, the other one takes its work over. */
function drawProcessRisks(random: Random, cluster: boolean): ProcessRisks {
  if (random.chance(0.15)) {
    return { ...noRisks, yield: 0.3 };
  }
  return {
    crash: random.pick([0, 0.002, 0.01, 0.03]),
    crashOutside: 5,
    freeze: cluster ? random.pick([0, 0.01, 0.03, 0.1]) : 0,
    longestFreezeMs: random.pick([10_000, 60_000, 180_000]),
    yield: 0.3,
  };
}
