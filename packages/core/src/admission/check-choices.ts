import { choiceKinds, didYouMean } from '@pixsim7/contracts';
import type {
  AccountId,
  ChoiceKind,
  JobParameters,
  OperationType,
  ProblemField,
  Warning,
} from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { ProviderChoice } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import type { Candidate } from './candidate.ts';
import { assertTaken } from './check-request.ts';
import type { CheckedRequest } from './check-request.ts';
import type { AdmissionParts } from './find-files.ts';

/** Accounts of a provider that are asked, oldest first. More would keep the caller waiting. */
const maxAccounts = 5;

/** A value that has to be the id of something at the provider. */
interface NamedChoice {
  readonly parameter: string;
  readonly kind: ChoiceKind;
  readonly id: string;
}

type Known = { readonly account: AccountRow; readonly choices: readonly ProviderChoice[] };

/**
 * Checks values that are ids of things at the provider, such as a voice: one that does not exist would be refused by the
 * provider after its files were sent. One that only some accounts have ties the request to the first of them. A list that
 * cannot be read becomes a warning.
 *
 * @throws RequestError when no provider takes the request any more
 */
export async function checkChoices(
  parts: AdmissionParts,
  request: CheckedRequest,
  operation: OperationType,
  params: JobParameters,
): Promise<CheckedRequest> {
  let pinned = request.pinnedAccountId;
  const candidates: Candidate[] = [];
  for (const candidate of request.candidates) {
    let judged = candidate;
    for (const named of choicesOf(candidate, operation, params)) {
      const checked = await checkChoice(parts, judged, named, pinned);
      judged = checked.candidate;
      pinned = pinned ?? checked.onlyAt;
    }
    candidates.push(judged);
  }
  return assertTaken({ ...request, candidates, pinnedAccountId: pinned });
}

function choicesOf(
  { adapter, mapped }: Candidate,
  operation: OperationType,
  params: JobParameters,
): NamedChoice[] {
  if (mapped === null || adapter.choices === undefined) {
    return [];
  }
  const offer = adapter.manifest.operations.find(({ operation_type: type }) => type === operation);
  const model = offer?.models.find((candidate) => candidate.model === mapped.model);
  return Object.entries(model?.parameters ?? {}).flatMap(([parameter, { choices }]) => {
    const kind = choiceKinds.find((known) => known === choices);
    const id = params[parameter as keyof JobParameters];
    return kind === undefined || typeof id !== 'string' ? [] : [{ parameter, kind, id }];
  });
}

async function checkChoice(
  parts: AdmissionParts,
  candidate: Candidate,
  named: NamedChoice,
  pinned: AccountId | null,
): Promise<{ readonly candidate: Candidate; readonly onlyAt: AccountId | null }> {
  const { parameter, kind, id } = named;
  const pointer = `/params/${parameter}`;
  const accounts = await accountsOf(parts, candidate.adapter.id, pinned);
  const known: Known[] = [];
  for (const account of accounts) {
    const choices = await readOrNull(parts, candidate, account, kind);
    if (choices !== null) {
      known.push({ account, choices });
    }
  }
  const having = known.filter(({ choices }) => choices.some((choice) => choice.id === id));
  const [first] = having;
  if (first !== undefined) {
    const onlyAt = having.length === accounts.length ? null : first.account.id;
    return { candidate: withImageCount(candidate, first, id), onlyAt };
  }
  if (known.length === 0 || known.length < accounts.length) {
    const detail = `${candidate.adapter.manifest.name} could not be asked whether it has ${id}.`;
    return {
      candidate: withWarning(candidate, { pointer, code: 'choice_not_checked', detail }),
      onlyAt: null,
    };
  }
  const ids = [...new Set(known.flatMap(({ choices }) => choices.map((choice) => choice.id)))];
  return {
    candidate: refusing(candidate, {
      pointer,
      code: 'not_found',
      detail: `${candidate.adapter.manifest.name} has no ${id} here.${didYouMean(id, ids)} GET /api/v1/providers/${candidate.adapter.id}/choices/${kind} lists what there is.`,
    }),
    onlyAt: null,
  };
}

/** An effect that says how many pictures it takes gets that many. */
function withImageCount(candidate: Candidate, { choices }: Known, id: string): Candidate {
  const images = choices.find((choice) => choice.id === id)?.images ?? null;
  const pictures = candidate.mapped?.slots.filter(({ role }) => role === 'subject') ?? [];
  const [picture] = pictures;
  if (images === null || picture === undefined || pictures.length === images) {
    return candidate;
  }
  return refusing(candidate, {
    pointer: `/params/${picture.specification.parameter}`,
    code: 'wrong_count',
    detail: `${pictures.length} given; this effect takes ${images}.`,
    allowed: { min_items: images, max_items: images },
  });
}

function withWarning(candidate: Candidate, warning: Warning): Candidate {
  const { mapped } = candidate;
  return mapped === null
    ? candidate
    : { ...candidate, mapped: { ...mapped, warnings: [...mapped.warnings, warning] } };
}

function refusing(candidate: Candidate, issue: ProblemField): Candidate {
  return { ...candidate, mapped: null, issues: [...candidate.issues, issue] };
}

async function accountsOf(
  { dependencies: { database }, caller: { workspaceId } }: AdmissionParts,
  providerId: string,
  pinned: AccountId | null,
): Promise<AccountRow[]> {
  const accounts = await database.transaction((transaction) => transaction.accounts.list({ workspaceId }));
  return accounts
    .filter((account) => account.providerId === providerId)
    .filter(({ id, enabled, status }) => (pinned === null ? enabled && status !== 'disabled' : id === pinned))
    .slice(0, maxAccounts);
}

/** null: nobody can tell. Refused credentials are found by the job and by the balance; here they only hide the list. */
async function readOrNull(
  { dependencies, choices }: AdmissionParts,
  { adapter }: Candidate,
  account: AccountRow,
  kind: ChoiceKind,
): Promise<readonly ProviderChoice[] | null> {
  try {
    return await choices.of(adapter, account, kind);
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    dependencies.logger.warn({ account_id: account.id, kind, error }, 'choices not read');
    return null;
  }
}
