export * from './account.ts';
export * from './asset.ts';
export * from './caller.ts';
export * from './event.ts';
export * from './instant.ts';
export * from './job.ts';
export * from './route.ts';
export * from './submission.ts';
