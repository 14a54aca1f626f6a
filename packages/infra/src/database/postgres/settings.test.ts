import { describe, expect, it } from 'vitest';
import { withDefaults } from './settings.ts';

describe('the settings of PostgreSQL', () => {
  it('have a default for each', () => {
    expect(withDefaults({})).toEqual({
      poolSize: 10,
      applicationName: 'pixsim7',
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 15_000,
      idleInTransactionTimeoutMs: 10_000,
      migrationLockTimeoutMs: 60_000,
      namedStatements: true,
    });
  });

  it('are each as given', () => {
    const given = {
      poolSize: 1,
      applicationName: 'worker',
      connectTimeoutMs: 2,
      statementTimeoutMs: 3,
      idleInTransactionTimeoutMs: 4,
      migrationLockTimeoutMs: 5,
      namedStatements: false,
    };
    expect(withDefaults(given)).toEqual(given);
  });
});
