/** The tables, by subject. After a change here run `npm run db:generate`; a test compares the two. */
export * from './accounts.ts';
export * from './assets.ts';
export * from './clock.ts';
export * from './credits.ts';
export * from './events.ts';
export * from './found-by.ts';
export * from './job-inputs.ts';
export * from './jobs.ts';
export * from './provider-uploads.ts';
export * from './submissions.ts';
export * from './users.ts';
