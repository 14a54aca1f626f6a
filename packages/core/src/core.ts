import { Retention } from './background/retention.ts';
import type { CoreDependencies } from './dependencies.ts';
import { ProviderNotices } from './inbound/provider-notices.ts';
import { BoundedRegistry } from './limits/bounded-calls.ts';
import { gateSteps } from './limits/step-gates.ts';
import { StaleRowError } from './ports/index.ts';
import type { StepHandler, StepHandlers } from './ports/index.ts';
import { ChoiceLists } from './read/choice-lists.ts';
import { AccountService } from './services/account-service.ts';
import { AssetService } from './services/asset-service.ts';
import { EventLog } from './services/event-log.ts';
import { JobService } from './services/job-service.ts';
import { LineageService } from './services/lineage-service.ts';
import { ProviderService } from './services/provider-service.ts';
import { createCheckStep } from './steps/check.ts';
import { createDispatchStep } from './steps/dispatch.ts';
import { createIngestStep } from './steps/ingest.ts';
import { createPosterStep } from './steps/poster.ts';
import { createSubmitStep } from './steps/submit.ts';

/** The services of one process, wired. */
export interface Core {
  readonly jobs: JobService;
  readonly providers: ProviderService;
  readonly accounts: AccountService;
  readonly assets: AssetService;
  readonly lineage: LineageService;
  readonly events: EventLog;
  readonly notices: ProviderNotices;
  readonly retention: Retention;
}

export function createCore(given: CoreDependencies): Core {
  const dependencies = committingTogether(bounded(given));
  const assets = new AssetService(dependencies);
  const accounts = new AccountService(dependencies);
  const choices = new ChoiceLists(dependencies);
  return {
    assets,
    accounts,
    jobs: new JobService(dependencies, assets, choices),
    providers: new ProviderService(dependencies, choices),
    lineage: new LineageService(dependencies, assets),
    events: new EventLog(dependencies),
    notices: new ProviderNotices(dependencies),
    retention: new Retention(dependencies),
  };
}

/** The steps of the core. */
export type CoreSteps = Required<Pick<StepHandlers, 'dispatch' | 'submit' | 'check' | 'ingest' | 'poster'>>;

/** The steps that a worker runs; hand them to the queue's `start`. */
export function createStepHandlers(given: CoreDependencies): CoreSteps {
  const dependencies = committingTogether(gateSteps(bounded(given)));
  return {
    dispatch: unlessOvertaken(createDispatchStep(dependencies)),
    submit: unlessOvertaken(createSubmitStep(dependencies)),
    check: unlessOvertaken(createCheckStep(dependencies)),
    ingest: unlessOvertaken(createIngestStep(dependencies)),
    poster: unlessOvertaken(createPosterStep(dependencies)),
  };
}

function bounded(dependencies: CoreDependencies): CoreDependencies {
  return { ...dependencies, registry: new BoundedRegistry(dependencies.registry, dependencies.system) };
}

function committingTogether(dependencies: CoreDependencies): CoreDependencies {
  const { createCommits, database } = dependencies;
  return createCommits === undefined ? dependencies : { ...dependencies, commits: createCommits(database) };
}

/** The loser of a race for a row has nothing left to do: the winner carries it on, and the resume loop watches both. */
function unlessOvertaken<Id extends string>(step: StepHandler<Id>): StepHandler<Id> {
  return async (id, signal) => {
    try {
      return await step(id, signal);
    } catch (error) {
      if (error instanceof StaleRowError) {
        return {};
      }
      throw error;
    }
  };
}
