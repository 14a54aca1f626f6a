import type { AccountId, AssetId, InputRole, OperationType, ProblemField } from '@pixsim7/contracts';
import { isIdentifier } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import type { AssetRow, JobInputRow, JobRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';
import type { Candidate } from './candidate.ts';
import { assertTaken } from './check-request.ts';
import type { CheckedRequest } from './check-request.ts';
import type { AdmissionParts } from './find-files.ts';

/** An input that only an output of another job can fill, such as a mask. */
interface TiedSlot {
  readonly slot: InputSlot;
  readonly operation: OperationType;
  /** The role of the file of which it was made. */
  readonly of: InputRole;
}

/** The job that made a file. */
interface Origin {
  readonly asset: AssetRow;
  readonly job: JobRow;
  readonly inputs: readonly JobInputRow[];
}

/**
 * Checks inputs that have to be made by another job, of the same file and at the same provider, and ties the request to
 * the account that made them: a provider knows a mask under that account alone.
 *
 * @throws RequestError when no provider takes the request any more
 */
export async function tieToMakers(parts: AdmissionParts, request: CheckedRequest): Promise<CheckedRequest> {
  const needed = request.candidates.some(({ mapped }) => tiedSlots(mapped?.slots ?? []).length > 0);
  if (!needed) {
    return request;
  }
  const accounts = new Set<AccountId>();
  const candidates = await parts.dependencies.database.transaction(async (transaction) => {
    const judged: Candidate[] = [];
    for (const candidate of request.candidates) {
      const issues = await tie(transaction, parts, candidate, request.pinnedAccountId, accounts);
      judged.push(issues.length === 0 ? candidate : { ...candidate, mapped: null, issues });
    }
    return judged;
  });
  const [account = null] = accounts;
  return assertTaken({ ...request, candidates, pinnedAccountId: request.pinnedAccountId ?? account });
}

function tiedSlots(slots: readonly InputSlot[]): TiedSlot[] {
  return slots.flatMap((slot) => {
    const made = slot.specification.made_by;
    return made === undefined ? [] : [{ slot, operation: made.operation_type, of: made.of }];
  });
}

async function tie(
  transaction: Transaction,
  { caller }: AdmissionParts,
  { adapter, mapped }: Candidate,
  pinned: AccountId | null,
  accounts: Set<AccountId>,
): Promise<ProblemField[]> {
  const slots = mapped?.slots ?? [];
  const issues: ProblemField[] = [];
  for (const { slot, operation, of } of tiedSlots(slots)) {
    const issueOf = (detail: string): ProblemField => ({
      pointer: `/params${slot.pointer}`,
      code: 'not_allowed',
      detail,
    });
    const origin = isIdentifier('asset', slot.source)
      ? await originOf(transaction, slot.source, caller.workspaceId)
      : null;
    const isMade =
      origin !== null &&
      origin.job.operationType === operation &&
      origin.asset.madeBy?.providerId === adapter.id;
    if (!isMade) {
      issues.push(issueOf(`Only an asset that ${operation} made at ${adapter.manifest.name} will do.`));
      continue;
    }
    const wanted = slots.find(({ role }) => role === of)?.source;
    if (!origin.inputs.some(({ role, assetId }) => role === of && assetId === wanted)) {
      issues.push(issueOf('It was made of another file; name the asset of which it was made.'));
      continue;
    }
    const accountId = origin.asset.madeBy?.accountId as AccountId;
    accounts.add(accountId);
    issues.push(...(await accountIssues(transaction, accountId, pinned, accounts, issueOf)));
  }
  return issues;
}

async function originOf(transaction: Transaction, id: AssetId, workspaceId: string): Promise<Origin | null> {
  const asset = await transaction.assets.get(id);
  if (asset === null || asset.workspaceId !== workspaceId || asset.jobId === null) {
    return null;
  }
  const job = await transaction.jobs.get(asset.jobId);
  return job === null ? null : { asset, job, inputs: await transaction.jobs.inputs(job.id) };
}

async function accountIssues(
  transaction: Transaction,
  accountId: AccountId,
  pinned: AccountId | null,
  accounts: ReadonlySet<AccountId>,
  issueOf: (detail: string) => ProblemField,
): Promise<ProblemField[]> {
  if (accounts.size > 1) {
    return [issueOf('It was made by another account than the one before it; a job runs on one.')];
  }
  if (pinned !== null && pinned !== accountId) {
    return [
      {
        pointer: '/account_id',
        code: 'not_allowed',
        detail: `${accountId} made the input; only that account can use it.`,
        allowed: [accountId],
      },
    ];
  }
  const account = await transaction.accounts.get(accountId);
  return account === null || account.deletedAt !== null
    ? [issueOf('The account that made it was deleted, and the provider knows it under that account alone.')]
    : [];
}
