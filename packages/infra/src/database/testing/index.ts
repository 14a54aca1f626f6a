export * from './open-test-database.ts';
export * from './postgres-test-database.ts';
export * from './measured-embedded-database.ts';
export * from './observed-database.ts';
