import type { AssetId } from '@pixsim7/contracts';
import type { MappedRequest, ProviderAdapter } from '@pixsim7/providers/contract';
import type { JobInputRow, JobRoute, JobRow } from '../model/index.ts';
import { changeCandidate, lanesOf, ownJobError, parametersAt } from '../rules/index.ts';
import type { CoreDependencies } from './dependencies.ts';
import { inputRows } from './job-inputs.ts';
import { writeJob } from './write-job.ts';

/** What a job says differently at another provider. */
export type RoutedFields = Pick<
  JobRow,
  'providerId' | 'model' | 'route' | 'lanes' | 'quotedCredits' | 'creditUnit' | 'warnings' | 'durationKey'
>;

export function routedFields(
  adapter: ProviderAdapter,
  mapped: Pick<MappedRequest, 'model' | 'price' | 'warnings' | 'durationKey'>,
  route: JobRoute | null,
): RoutedFields {
  return {
    providerId: adapter.id,
    model: mapped.model,
    route,
    lanes: route === null ? [adapter.id] : lanesOf(route),
    quotedCredits: mapped.price.credits,
    creditUnit: mapped.price.unit,
    warnings: mapped.warnings,
    durationKey: mapped.durationKey,
  };
}

/**
 * Makes a job one of this provider: its model, its price, and its inputs in the roles that they have there. Null when
 * the provider does not take the parameters any more, which only an upgrade since the creation of the job can bring.
 */
export function routeJob(
  adapter: ProviderAdapter,
  job: JobRow,
  route: JobRoute,
): { readonly fields: RoutedFields; readonly inputs: JobInputRow[] } | null {
  const mapping = adapter.mapParameters(job.operationType, parametersAt(job.params, route, adapter.id));
  if (!mapping.ok) return null;
  // The parameters of a job are canonical: the source of every slot is an asset.
  const filled = mapping.mapped.slots.map((slot) => ({ slot, assetId: slot.source as AssetId }));
  return { fields: routedFields(adapter, mapping.mapped, route), inputs: inputRows(job.id, filled) };
}

/** Takes a provider out of the list of a waiting job; with the last one the job fails. @throws StaleRowError */
export async function dropCandidate(
  { database, queue, system }: CoreDependencies,
  adapter: ProviderAdapter,
  job: JobRow,
  route: JobRoute,
): Promise<void> {
  const reason = 'It no longer takes these parameters.';
  const remaining = changeCandidate(route, adapter.id, { state: 'refused', reason });
  const lanes = lanesOf(remaining);
  await database.transaction((transaction) =>
    writeJob(
      transaction,
      system,
      job,
      lanes.length === 0
        ? {
            to: 'failed',
            accountId: null,
            error: ownJobError(
              'internal',
              'No provider takes these parameters any more; nothing was sent.',
              'no',
            ),
            route: remaining,
          }
        : {
            to: 'pending',
            wait: { reason: 'slot', detail: 'Waiting for a free slot.', until: null },
            dueAt: job.dueAt ?? system.now(),
            route: remaining,
          },
    ),
  );
  for (const lane of lanes) await queue.offer({ step: 'dispatch', id: lane }, system.now());
}
