export * from './ids.ts';
export * from './rows.ts';
export * from './media-files.ts';
export * from './wav-file.ts';
export * from './row-writes.ts';
