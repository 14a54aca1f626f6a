import { z } from 'zod';
import { resealAccounts } from '@pixsim7/core';
import type { CoreDependencies } from '@pixsim7/core';
import {
  loadSecretKeys,
  previousSecretKeysFile,
  removePreviousSecretKeys,
  rotateSecretKeyFile,
} from '@pixsim7/infra';
import type { KeyRing } from '@pixsim7/infra';

/** The result of a rotation of the secret key. */
export const secretRotationSchema = z.strictObject({
  resealed: z.int(),
  current: z.int(),
  /** Accounts whose credentials no key opens. */
  unreadable: z.array(z.string()),
  /** The file with the old keys that can be deleted now; null if they came from the environment, or are gone already. */
  previous_keys: z.string().nullable(),
  /** Whether a new key was made; false when the environment has it, or a rotation that broke off was finished. */
  made_key: z.boolean(),
});
export type SecretRotation = z.output<typeof secretRotationSchema>;

export interface SecretRotationRequest {
  readonly dataDirectory: string;
  /** Whether SECRET_KEY is set: the operator changes it then. */
  readonly keyFromEnvironment: boolean;
  /** Removes the old keys when nothing needs them any more. */
  readonly forgetPrevious: boolean;
}

/**
 * Seals everything with the newest secret key, which is made first when the keys are in the data folder. A rotation that
 * broke off is finished before another key is made.
 *
 * @throws the reason of the signal when it is aborted; SecretFileError
 */
export async function rotateSecretKey(
  { database, vault }: Pick<CoreDependencies, 'database'> & { readonly vault: KeyRing },
  { dataDirectory, keyFromEnvironment, forgetPrevious }: SecretRotationRequest,
  signal: AbortSignal,
): Promise<SecretRotation> {
  const reseal = () => resealAccounts({ database, vault }, signal);
  if (keyFromEnvironment) {
    return toRotation(await reseal(), null, false);
  }

  const known = await loadSecretKeys(dataDirectory, { current: undefined, previous: [] });
  vault.use(known);
  const unfinished = known.length > 1 ? await reseal() : null;
  const makesKey = unfinished === null || unfinished.resealed === 0;
  if (makesKey) {
    vault.use(await rotateSecretKeyFile(dataDirectory));
  }
  const report = makesKey || unfinished === null ? await reseal() : unfinished;
  // An account that cannot be read may need an old key, so the old keys are kept.
  if (forgetPrevious && report.unreadable.length === 0) {
    await removePreviousSecretKeys(dataDirectory);
    vault.use(await loadSecretKeys(dataDirectory, { current: undefined, previous: [] }));
    return toRotation(report, null, makesKey);
  }
  return toRotation(report, previousSecretKeysFile(dataDirectory), makesKey);
}

function toRotation(
  { resealed, current, unreadable }: Awaited<ReturnType<typeof resealAccounts>>,
  previousKeys: string | null,
  madeKey: boolean,
): SecretRotation {
  return { resealed, current, unreadable: [...unreadable], previous_keys: previousKeys, made_key: madeKey };
}
