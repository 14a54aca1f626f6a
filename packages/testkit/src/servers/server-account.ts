import { readFileSync } from 'node:fs';

/** The user that a process runs as, in the fields of `spawn`. Empty: as we do. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** Accounts that own nothing worth having, best first. */
const candidates = ['postgres', 'nobody'];

/** PostgreSQL refuses to run as root, so a test that does, as in a container, starts it as somebody else. */
export function chooseServerAccount(
  // -1: a system without numbers for its users.
  currentUid = process.getuid?.() ?? -1,
  readAccounts = (): string => readFileSync('/etc/passwd', 'utf8'),
): ServerAccount {
  if (currentUid !== 0) {
    return {};
  }
  const accounts = readAccounts()
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of candidates) {
    const [, , uid, gid] = accounts.find(([accountName]) => accountName === name) ?? [];
    if (uid !== undefined && gid !== undefined) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no account ${candidates.join(' or ')}.`);
}
