import { describe, expect, it } from 'vitest';
import type { AccountId } from '@pixsim7/contracts';
import { refusals } from '@pixsim7/testkit/bench';
import { buildRoute, builtAt } from '@pixsim7/testkit/builders';
import type { JobRoute, RouteCandidate } from '../model/index.ts';
import { decideAfterRejection, maxRefusingAccounts, maxRejections } from './outcomes.ts';
import { rerouteAfterRejection } from './reroute.ts';

const now = builtAt;

function rerouted(
  route: JobRoute,
  name: keyof typeof refusals,
  accounts: readonly number[] = [1],
): { candidate: Partial<RouteCandidate> | undefined; decision: string } {
  const error = refusals[name]().toRecord();
  const rejected = accounts.map((account) => ({ accountId: `acc_${account}` as AccountId, error }));
  const here = decideAfterRejection(error, rejected, null, now);
  const { route: written, decision } = rerouteAfterRejection(route, 'one', error, here, now);
  const [first] = written.candidates;
  return {
    candidate: first && { state: first.state, restsUntil: first.restsUntil },
    decision: decision.kind === 'fail' ? 'fail' : `wait ${decision.until - now}`,
  };
}

const two = buildRoute(['one', 'two']);
const alone: JobRoute = {
  requested: null,
  candidates: buildRoute(['one', 'two']).candidates.map((candidate) =>
    candidate.providerId === 'one' ? candidate : { ...candidate, state: 'rejected' },
  ),
};

describe('a certain rejection', () => {
  it.each<[keyof typeof refusals, RouteCandidate['state'], number | null, string, string]>([
    // Error, state and rest of the provider, what becomes of the job with another provider and without one.
    ['modelGone', 'rejected', null, 'wait 0', 'fail'],
    ['unavailable', 'possible', 2_000, 'wait 0', 'wait 2000'],
    ['tooMany', 'possible', 0, 'wait 0', 'wait 0'],
    ['rateLimit', 'possible', 2_000, 'wait 0', 'wait 2000'],
    ['noCredits', 'possible', null, 'wait 0', 'wait 0'],
    ['credentials', 'possible', null, 'wait 0', 'wait 0'],
    ['invalid', 'rejected', null, 'fail', 'fail'],
    ['moderatedInput', 'rejected', null, 'fail', 'fail'],
  ])('by %s', (name, state, restMs, withOthers, last) => {
    const candidate = { state, restsUntil: restMs === null ? null : now + restMs };
    expect(rerouted(two, name)).toEqual({ candidate, decision: withOthers });
    expect(rerouted(alone, name)).toEqual({ candidate, decision: last });
  });

  it('ends a job that the provider put off too often', () => {
    expect(rerouted(two, 'unavailable', Array<number>(maxRejections).fill(1)).decision).toBe('fail');
  });

  it.each(['noCredits', 'credentials'] as const)(
    'by %s of as many accounts as may be asked is the end of this provider, and of the job without another',
    (name) => {
      const accounts = Array.from({ length: maxRefusingAccounts }, (_, index) => index);
      const candidate = { state: 'rejected', restsUntil: null };
      expect(rerouted(two, name, accounts)).toEqual({ candidate, decision: 'wait 0' });
      expect(rerouted(alone, name, accounts)).toEqual({ candidate, decision: 'fail' });
    },
  );

  it('keeps the words of the provider', () => {
    const error = refusals.unavailable().toRecord();
    const { route } = rerouteAfterRejection(two, 'one', error, { kind: 'wait', until: now + 1 }, now);
    expect(route.candidates.map(({ reason }) => reason)).toEqual([error.message, 'Not asked yet.']);
  });

  it('by a forgotten upload leaves the provider in the list', () => {
    const error = { ...refusals.invalid().toRecord(), class: 'JobNotFoundError' } as const;
    const { route, decision } = rerouteAfterRejection(two, 'one', error, { kind: 'wait', until: now }, now);
    expect(route.candidates[0]?.state).toBe('possible');
    expect(decision).toEqual({ kind: 'wait', until: now });
  });
});
