import type {
  AccountRow,
  AssetRow,
  Caller,
  CreditEntryRow,
  Database,
  EventRow,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  SubmissionRow,
} from '@pixsim7/core';

/** The content of the database when all is quiet, read through the port so that every database can be asked. */
export interface FinalState {
  readonly jobs: readonly JobRow[];
  readonly inputs: readonly JobInputRow[];
  readonly submissions: readonly SubmissionRow[];
  readonly creditEntries: readonly CreditEntryRow[];
  readonly accounts: readonly AccountRow[];
  readonly assets: readonly AssetRow[];
  readonly edges: readonly LineageEdgeRow[];
  readonly events: readonly EventRow[];
}

const everything = { limit: 10_000, after: null } as const;

export async function readFinalState(database: Database, { workspaceId }: Caller): Promise<FinalState> {
  return database.transaction(async (transaction) => {
    const jobs = await transaction.jobs.list({ workspaceId }, everything);
    const jobIds = jobs.map((job) => job.id);
    const inputs: JobInputRow[] = [];
    for (const id of jobIds) {
      inputs.push(...(await transaction.jobs.inputs(id)));
    }
    const assets = await transaction.assets.byJobs(jobIds);
    return {
      jobs,
      inputs,
      submissions: await transaction.submissions.listByJobs(jobIds),
      creditEntries: await transaction.credits.byJobs(jobIds),
      accounts: await transaction.accounts.list({}),
      assets,
      edges: await transaction.lineage.toParents(assets.map((asset) => asset.id)),
      events: await transaction.events.after(0, everything.limit),
    };
  });
}
