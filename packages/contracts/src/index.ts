/** Everything that crosses the HTTP line of PixSim7: schemas, types, error codes and event names. Runs in a browser. */
export * from './account.ts';
export * from './asset.ts';
export * from './choice.ts';
export * from './cut-text.ts';
export * from './event.ts';
export * from './health.ts';
export * from './identifier.ts';
export * from './job.ts';
export * from './manifest.ts';
export * from './mask-selection.ts';
export * from './near-miss.ts';
export * from './parameters.ts';
export * from './problem.ts';
export * from './scope.ts';
export * from './vocabulary.ts';
export * from './wire.ts';
