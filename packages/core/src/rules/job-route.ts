import { automaticProvider } from '@pixsim7/contracts';
import type { CreateJobRequest, JobParameters } from '@pixsim7/contracts';
import type { JobRoute, JobRow } from '../model/index.ts';
import { lanesOf } from './choose-route.ts';

// A job that names its provider is a route with one candidate. Its row does not repeat what its other columns say, so the
// `route` column is null there, as it is in the rows of earlier releases. Only this file knows.

/** The route of a job, whether its row keeps one or not. */
export function routeOf(job: JobRow): JobRoute {
  const { providerId, model, quotedCredits: credits, creditUnit: unit } = job;
  return (
    job.route ?? {
      isNamed: true,
      requested: null,
      candidates: [
        {
          providerId,
          requestedModel: null,
          state: 'possible',
          reason: 'Named by the request.',
          offer: { model, credits, costUsd: null },
          unit,
          restsUntil: null,
        },
      ],
    }
  );
}

/** A route as the row of its job keeps it, and the lanes that follow from it. */
export function routeColumns(route: JobRoute): Pick<JobRow, 'route' | 'lanes'> {
  return { route: route.isNamed === true ? null : route, lanes: lanesOf(route) };
}

/** The providers that a job's request allows, in the form of the request. */
export function requestedProvider(job: JobRow): Pick<CreateJobRequest, 'provider_id' | 'candidates'> {
  const { isNamed, requested } = routeOf(job);
  if (isNamed === true) {
    return { provider_id: job.providerId };
  }
  return {
    provider_id: automaticProvider,
    ...(requested === null ? {} : { candidates: [...requested] }),
  };
}

/** The parameters as a provider is to read them: its own model instead of the general one. */
export function parametersAt(
  job: Pick<JobRow, 'params'>,
  route: JobRoute,
  providerId: string,
): JobParameters {
  const model = route.candidates.find((candidate) => candidate.providerId === providerId)?.requestedModel;
  return model === undefined || model === null ? job.params : { ...job.params, model };
}
