export * from './database-contract.ts';
export * from './blob-store-contract.ts';
export * from './step-queue-contract.ts';
