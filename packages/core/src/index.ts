/** The domain: rules, services, worker steps, and the ports they need. */
export * from './core.ts';
export * from './model/index.ts';
export * from './ports/index.ts';
export * from './rules/index.ts';
export { accessAccount } from './services/account-access.ts';
export { AccountService } from './services/account-service.ts';
export { AssetService, maxUploadBytes } from './services/asset-service.ts';
export {
  Bulkhead,
  createBulkheads,
  type Bulkheads,
  type BulkheadsOptions,
} from './services/bulkhead/index.ts';
export type { CoreDependencies } from './services/dependencies.ts';
export { EventLog, type PublishedEvent } from './services/event-log.ts';
export { JobService, type CreatedJob } from './services/job-service.ts';
export { noteJumps, readClock, startKeepingTime } from './services/keep-time.ts';
export { LineageService } from './services/lineage-service.ts';
export { ProviderNotices } from './services/provider-notices.ts';
export { ProviderService } from './services/provider-service.ts';
export { repeat, type RepeatedWork } from './services/repeat.ts';
export { RequestError } from './services/request-error.ts';
export { requireScope } from './services/require-scope.ts';
export { resealAccounts, type ResealReport } from './services/reseal-accounts.ts';
export { createRest, createRestOf, type Rest, type RestOptions } from './services/rest.ts';
export { Retention, type Forgotten } from './services/retention.ts';
export { offerOverdue, startResumeLoop, stepOf } from './services/resume-loop.ts';
