export * from './describe-with-postgres.ts';
export * from './describe-with-redis.ts';
export * from './child-server.ts';
export * from './postgres-installations.ts';
export * from './postgres-server.ts';
export * from './redis-server.ts';
export * from './watchdog.ts';
