import type { AssetEventData, Job, JobEventData } from '@pixsim7/contracts';
import { canonicalJson, viewJob } from '@pixsim7/core';
import type { EventRow, JobRow } from '@pixsim7/core';
import type { FinalState } from '../final-state.ts';
import type { History } from '../history.ts';

/** Sequences are 1, 2, 3 …; those of one job grow; the last event of a job says how it stands. */
export function eventsAreGapless({ final }: History): string[] {
  const found: string[] = [];
  final.events.forEach((event, index) => {
    if (event.sequence !== index + 1) {
      found.push(`Event ${index + 1} in order has sequence ${event.sequence}.`);
    }
  });
  for (const job of final.jobs) {
    const data = final.events
      .filter(isJobEvent)
      .filter(({ subjectId }) => subjectId === job.id)
      .map((event) => event.data);
    const sequences = data.map(({ sequence }) => sequence);
    if (sequences.some((sequence, index) => index > 0 && sequence <= Number(sequences[index - 1]))) {
      found.push(`The sequences of job ${job.id} do not grow: ${sequences.join(', ')}.`);
    }
    const last = data.at(-1);
    if (last?.status !== job.status || last.stage !== job.stage) {
      found.push(
        `Job ${job.id} is ${job.status}/${job.stage}, its last event says ${last?.status ?? 'nothing'}/${last?.stage ?? 'nothing'}.`,
      );
    }
  }
  return found;
}

const compared = [
  'status',
  'stage',
  'account_id',
  'model',
  'credits',
  'error',
  'assets',
  'warnings',
  'completed_at',
  'sequence',
] as const;

/**
 * The last event of a job says what asking for the job says, with what was told of its assets since. Events are written
 * without a look at the ledger and at earlier attempts; this is where both are seen.
 */
export function eventsTellThePicture({ final }: History): string[] {
  const lastOf = new Map<string, JobEventData>();
  for (const event of final.events.filter(isJobEvent)) {
    lastOf.set(event.subjectId, event.data);
  }
  const changesOf = new Map<string, Omit<AssetEventData, 'asset_id'>>();
  for (const { asset_id: id, ...changes } of final.events.filter(isAssetUpdate).map(({ data }) => data)) {
    changesOf.set(id, changes);
  }
  return final.jobs.flatMap((job) => {
    const last = lastOf.get(job.id);
    const told =
      last === undefined
        ? undefined
        : { ...last, assets: last.assets?.map((asset) => ({ ...asset, ...changesOf.get(asset.id) })) };
    const asked = pictureOf(job, final);
    return compared
      .filter((name) => canonicalJson(comparable(told, name)) !== canonicalJson(comparable(asked, name)))
      .map(
        (name) =>
          `The ${name} of job ${job.id} is ${JSON.stringify(asked[name])}, its last event says ${JSON.stringify(told?.[name])}.`,
      );
  });
}

/** An event of the asset tells who deleted it; the worth of a credit does not depend on the history. */
function comparable(
  picture: { readonly [Name in (typeof compared)[number]]?: unknown } | undefined,
  name: (typeof compared)[number],
): unknown {
  if (name === 'credits') {
    return { ...(picture?.credits as object | undefined), cost_usd: null };
  }
  return picture?.[name];
}

function pictureOf(job: JobRow, final: FinalState): Job {
  const facts = {
    job,
    submissions: final.submissions.filter(({ jobId }) => jobId === job.id),
    credits: final.creditEntries.filter(({ jobId }) => jobId === job.id),
    assets: final.assets.filter(({ jobId, state }) => jobId === job.id && state !== 'deleted'),
    queuePosition: null,
    durations: { count: 0, medianS: 0, slowS: 0, basis: 'manifest' },
    creditValueUsd: null,
  } as const;
  return viewJob(facts, job.completedAt ?? job.createdAt);
}

/** The word that every simulated credential contains. */
export const secretMark = 'open-sesame';

export function secretsStayInside({ final, logLines }: History): string[] {
  const texts = [
    ...final.events.map((event) => JSON.stringify(event)),
    ...final.submissions.map((submission) => JSON.stringify({ ...submission, payload: null, body: null })),
    ...final.jobs.map((job) => JSON.stringify(job)),
    ...logLines,
  ];
  return texts
    .filter((text) => text.includes(secretMark))
    .map((text) => `A secret stands in ${text.slice(0, 200)}`);
}

function isAssetUpdate(event: EventRow): event is EventRow & { readonly data: AssetEventData } {
  return event.type === 'asset.updated';
}

function isJobEvent(event: EventRow): event is EventRow & { readonly data: JobEventData } {
  return event.type.startsWith('job.');
}
