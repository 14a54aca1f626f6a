import type { MaintenanceParts } from './feature.ts';

/** Removes what is past its retention, and says so when there was something. */
export async function forgetOldData({
  core,
  dependencies: { logger },
  retention,
  stopping,
}: Pick<MaintenanceParts, 'core' | 'dependencies' | 'retention' | 'stopping'>): Promise<void> {
  const forgotten = await core.retention.run(retention, stopping);
  if (Object.values(forgotten).some((count) => count > 0)) {
    logger.info({ ...forgotten }, 'old data removed');
  }
}
