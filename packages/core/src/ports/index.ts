export * from './blob-store.ts';
export * from './database.ts';
export * from './event-signal.ts';
export * from './media.ts';
export * from './outgoing.ts';
export * from './step-queue.ts';
export * from './system.ts';
export * from './vault.ts';
