export * from './ids.ts';
export * from './rows.ts';
export * from './media-files.ts';
