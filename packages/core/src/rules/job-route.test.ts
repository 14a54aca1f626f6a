import { describe, expect, it } from 'vitest';
import { buildJob, buildRoute } from '@pixsim7/testkit/builders';
import { changeCandidate } from './choose-route.ts';
import { parametersAt, requestedProvider, routeColumns, routeOf } from './job-route.ts';

/** As every release stored a job that names its provider. */
const named = buildJob({ providerId: 'one', model: 'v1', quotedCredits: 45, route: null, lanes: ['one'] });
const automatic = buildJob({ route: buildRoute(['one', 'two']), lanes: ['one', 'two'] });

describe('a job that names its provider', () => {
  it('is a route with one candidate', () => {
    expect(routeOf(named)).toEqual({
      isNamed: true,
      requested: null,
      candidates: [
        {
          providerId: 'one',
          requestedModel: null,
          state: 'possible',
          reason: 'Named by the request.',
          offer: { model: 'v1', credits: 45, costUsd: null },
          unit: 'credits',
          restsUntil: null,
        },
      ],
    });
  });

  it('is stored as it was always stored, whatever is known of its candidate', () => {
    expect(routeColumns(routeOf(named))).toEqual({ route: null, lanes: ['one'] });
    const rejected = changeCandidate(routeOf(named), 'one', { state: 'rejected', reason: 'No.' });
    expect(routeColumns(rejected)).toEqual({ route: null, lanes: [] });
  });

  it('is asked for again by its name', () => {
    expect(requestedProvider(named)).toEqual({ provider_id: 'one' });
  });
});

describe('a job that leaves the choice', () => {
  it('keeps its route', () => {
    expect(routeOf(automatic)).toBe(automatic.route);
    expect(routeColumns(routeOf(automatic))).toEqual({ route: automatic.route, lanes: ['one', 'two'] });
  });

  it('is asked for again with the same candidates', () => {
    expect(requestedProvider(automatic)).toEqual({ provider_id: 'auto' });
    const requested = [{ provider_id: 'two', model: 'v9' }];
    expect(requestedProvider({ ...automatic, route: { ...routeOf(automatic), requested } })).toEqual({
      provider_id: 'auto',
      candidates: requested,
    });
  });
});

describe('the parameters at a provider', () => {
  it('have the model that was asked for there', () => {
    const { candidates } = buildRoute(['two'], { requestedModel: 'v9' });
    const route = { requested: null, candidates: [...buildRoute(['one']).candidates, ...candidates] };
    const job = { params: { prompt: 'a boat', model: 'v1' } };
    expect(parametersAt(job, route, 'two')).toEqual({ prompt: 'a boat', model: 'v9' });
    expect(parametersAt(job, route, 'one')).toEqual(job.params);
    expect(parametersAt(named, routeOf(named), 'one')).toEqual(named.params);
  });
});
