import { isAbsence } from '@pixsim7/contracts';
import type { Trouble } from '@pixsim7/infra';

/** Problems that slow the server down and do not stop it. */
export type Impairment =
  /** Open connections work; a lost one cannot be replaced. */
  | 'no_new_connections'
  /** Events reach other processes up to 2 s late. */
  | 'late_events'
  /** Some of what is asked fails or waits. */
  | 'some_requests';

/** The state of a server that this process depends on. */
export type PartState =
  | { readonly status: 'works' }
  | { readonly status: 'impaired'; readonly impairment: Impairment; readonly trouble: Trouble }
  /** `refused`: it answers and does not do its work; `absent`: it does not answer. */
  | { readonly status: 'refused' | 'absent'; readonly trouble: Trouble };

export const works: PartState = { status: 'works' };

export function impairedBy(trouble: Trouble, impairment: Impairment): PartState {
  return { status: 'impaired', impairment, trouble };
}

/** The state of a part that does not do its work. */
export function stoppedBy(trouble: Trouble): PartState {
  return { status: isAbsence(trouble.code) ? 'absent' : 'refused', trouble };
}

/** Whether it does its main work. */
export function isUsable({ status }: PartState): boolean {
  return status === 'works' || status === 'impaired';
}

/** null when there is none. */
export function troubleOf(state: PartState): Trouble | null {
  return state.status === 'works' ? null : state.trouble;
}

/** Every server that this process stands on. Redis is null when it needs none. */
export interface ServerStates {
  readonly database: PartState;
  readonly redis: PartState | null;
  readonly storage: PartState;
}
