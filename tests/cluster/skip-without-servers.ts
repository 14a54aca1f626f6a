import { beforeEach, inject } from 'vitest';

const servers = inject('servers');

// The test files do not know what they run on, so they cannot say themselves that it is missing.
beforeEach(({ skip }) => {
  skip(servers === null, 'no PostgreSQL or no Redis here');
});
