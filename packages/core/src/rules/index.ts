/** Decisions as pure functions: no clock, no network, no database. */
export * from './account-health.ts';
export * from './balance-drift.ts';
export * from './balance-schedule.ts';
export * from './choose-account.ts';
export * from './choose-route.ts';
export * from './circuit-breaker.ts';
export * from './credentials.ts';
export * from './data-url.ts';
export * from './fingerprint.ts';
export * from './input-limits.ts';
export * from './lineage.ts';
export * from './outcomes.ts';
export * from './pacing.ts';
export * from './reroute.ts';
export * from './spendable.ts';
export * from './transitions.ts';
export * from './webhook-address.ts';
