import type { TroubleCode } from '@pixsim7/contracts';

/** Why a server cannot be used, for programs and for people. */
export interface Trouble {
  readonly code: TroubleCode;
  /** The problem in a sentence that everybody may read: it names no address, user or value. */
  readonly summary: string;
  /** The words of the server or of the system, for the log and for doctor: they name addresses and users. Never a secret. */
  readonly reason: string;
  /** Advice to an operator. */
  readonly advice: string;
}

/** A trouble without the words of the server: the same for each error of its kind. */
export type TroubleMeaning = Omit<Trouble, 'reason'>;

/** Everything about a trouble in one line, for an operator. */
export function describeTrouble({ summary, reason, advice }: Trouble): string {
  return `${summary} (${reason}) ${advice}`;
}

/** The trouble of an error that no table knows. */
export function unknownTrouble(server: string, reason: string): Trouble {
  return {
    code: 'unknown',
    summary: `${server} cannot be used.`,
    reason,
    advice: 'See the log of the server.',
  };
}
