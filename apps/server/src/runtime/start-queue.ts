import { createStepHandlers } from '@pixsim7/core';
import type { Core, CoreDependencies, RetentionDays } from '@pixsim7/core';
import type { Settings } from '../config/settings.ts';
import { stepsOf } from '../features/feature.ts';
import { features } from '../features/features.ts';
import type { Observability } from '../observability/create-observability.ts';
import type { Cleanup } from './cleanup.ts';
import { startMaintenance } from './maintenance.ts';
import type { OpenedDependencies } from './open-dependencies.ts';

/** Every process offers steps; only a worker runs them. */
export async function startQueue(
  settings: Settings,
  core: Core,
  dependencies: CoreDependencies,
  embedded: OpenedDependencies['embedded'],
  observability: Observability,
  cleanup: Cleanup,
): Promise<void> {
  const { database, queue, system } = dependencies;
  cleanup.add('queue', (graceMs) => queue.stop(graceMs));
  if (settings.ROLE === 'api') {
    return;
  }
  if (settings.DATABASE_URL === undefined) {
    // This process holds the lock of the data folder, so the earlier holder of a lease is gone.
    await database.transaction((transaction) => transaction.submissions.voidLeases(system.now()));
  }
  await queue.start(observability.observeSteps(stepsOf(features, createStepHandlers(dependencies))));
  cleanup.add(
    'maintenance',
    startMaintenance(features, { core, dependencies, embedded, retention: retentionOf(settings) }),
  );
}

function retentionOf({ EVENT_RETENTION_DAYS, DETAIL_RETENTION_DAYS }: Settings): RetentionDays {
  return { events: EVENT_RETENTION_DAYS, details: DETAIL_RETENTION_DAYS };
}
