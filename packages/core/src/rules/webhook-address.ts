import type { SubmissionId } from '@pixsim7/contracts';
import type { AccountRow } from '../model/index.ts';

/**
 * The address for the webhooks of an account; with an attempt, for those of this attempt.
 *
 * @param publicUrl the public address of this server, without a slash at the end
 */
export function webhookAddress(
  publicUrl: string,
  account: Pick<AccountRow, 'providerId' | 'webhookToken'>,
  submissionId?: SubmissionId,
): string {
  const address = `${publicUrl}/hooks/${account.providerId}/${account.webhookToken}`;
  return submissionId === undefined ? address : `${address}?submission=${submissionId}`;
}
