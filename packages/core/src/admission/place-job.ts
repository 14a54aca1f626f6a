import type { AssetId } from '@pixsim7/contracts';
import type { MappedRequest, ProviderAdapter } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { JobInputRow, JobRoute, JobRow, SubmissionRow } from '../model/index.ts';
import {
  changeCandidate,
  lanesOf,
  moneyWithoutResult,
  ownJobError,
  parametersAt,
  routeColumns,
} from '../rules/index.ts';
import { inputRows } from '../write/job-inputs.ts';
import { write } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';
import type { PlacedColumns } from '../write/write-job.ts';
import { askProvider, reasonOf, showFiles } from './candidate.ts';
import type { Candidate } from './candidate.ts';

/** Columns of a job that differ between providers. */
export function placedColumns(
  adapter: ProviderAdapter,
  mapped: Pick<MappedRequest, 'model' | 'price' | 'warnings' | 'durationKey'>,
  route: JobRoute,
): PlacedColumns {
  return {
    providerId: adapter.id,
    model: mapped.model,
    ...routeColumns(route),
    quotedCredits: mapped.price.credits,
    creditUnit: mapped.price.unit,
    warnings: mapped.warnings,
    durationKey: mapped.durationKey,
  };
}

/** A job at one provider: its model, its price, and its inputs in the roles that they have there. */
export interface PlacedJob {
  readonly columns: PlacedColumns;
  readonly inputs: readonly JobInputRow[];
}

/**
 * Makes a waiting job one of this provider, by the same check that let it in. The candidate that refuses instead of it
 * tells why; only an upgrade since the creation of the job can bring that: other parameters, or a price above its bound.
 */
export async function placeJob(
  { database }: CoreDependencies,
  adapter: ProviderAdapter,
  job: JobRow,
  route: JobRoute,
): Promise<PlacedJob | { readonly refusal: Candidate }> {
  const params = parametersAt(job, route, adapter.id);
  const { maxCredits, maxCostUsd } = job;
  const demand = { operation: job.operationType, params, maxCredits, maxCostUsd };
  const asked = askProvider(adapter, null, demand);
  if (asked.mapped === null) {
    return { refusal: asked };
  }
  // The parameters of a job are canonical: the source of every slot is an asset.
  const filled = asked.mapped.slots.map((slot) => ({ slot, assetId: slot.source as AssetId }));
  const assets =
    filled.length === 0
      ? []
      : await database.transaction((transaction) =>
          transaction.assets.getMany(filled.map(({ assetId }) => assetId)),
        );
  // For what the files are converted to here. They were judged when the job was made, and are not judged again.
  const shown = showFiles(
    asked,
    new Map(
      filled.flatMap(({ slot, assetId }) => {
        const asset = assets.find(({ id }) => id === assetId);
        return asset === undefined ? [] : [[slot.pointer, asset] as const];
      }),
    ),
    { maxCredits, maxCostUsd },
  );
  return {
    columns: placedColumns(adapter, shown.mapped ?? asked.mapped, route),
    inputs: inputRows(job.id, filled),
  };
}

/** Takes a provider out of the list of a waiting job; with the last one the job fails. @throws StaleRowError */
export async function dropCandidate(
  dependencies: CoreDependencies,
  { job, attempts }: { readonly job: JobRow; readonly attempts: readonly SubmissionRow[] },
  route: JobRoute,
  refusal: Candidate,
): Promise<void> {
  const reason = `It no longer accepts this. ${reasonOf(refusal)}`.trim();
  const remaining = changeCandidate(route, refusal.adapter.id, { state: 'refused', reason });
  const lanes = lanesOf(remaining);
  await write(dependencies, async (unit) => {
    await writeJob(
      unit,
      job,
      lanes.length === 0
        ? {
            to: 'failed',
            attempt: attempts.at(-1) ?? null,
            money: moneyWithoutResult(job, attempts),
            error: ownJobError(
              'internal',
              `No provider accepts this any more; nothing was sent. ${reasonOf(refusal)}`.trim(),
              'no',
            ),
            route: remaining,
          }
        : {
            to: 'pending',
            wait: { reason: 'slot', detail: 'Waiting for a free slot.', until: null },
            dueAt: job.dueAt ?? unit.now,
            route: remaining,
          },
    );
    for (const lane of lanes) {
      unit.wake({ step: 'dispatch', id: lane });
    }
  });
}
