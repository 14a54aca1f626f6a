import type { Scope } from '@pixsim7/contracts';
import type { Caller } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';

/** @throws RequestError forbidden, when the key of the caller lacks the scope */
export function requireScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope)) {
    return;
  }
  throw new RequestError('forbidden', `This API key lacks the scope ${scope}.`);
}
