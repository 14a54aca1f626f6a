import { describe, expect, it } from 'vitest';
import type { TroubleCode } from '@pixsim7/contracts';
import { troubleOfRedis } from './redis-trouble.ts';

/** Answers as Redis 6.2 and 7 write them. */
const table: readonly (readonly [string, TroubleCode])[] = [
  ['WRONGPASS invalid username-password pair or user is disabled.', 'login_refused'],
  ['NOAUTH Authentication required.', 'login_refused'],
  ['NOAUTH HELLO must be called with the client already authenticated', 'login_refused'],
  ['ERR AUTH <password> called without any password configured for the default user.', 'login_refused'],
  ["NOPERM this user has no permissions to run the 'info' command", 'rights_missing'],
  ['NOPERM No permissions to access a key', 'rights_missing'],
  ["ERR The user executing the script can't run this command or subcommand script: abc", 'rights_missing'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'memory_full'],
  ["READONLY You can't write against a read only replica.", 'read_only'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'read_only'],
  ['NOREPLICAS Not enough good replicas to write.', 'read_only'],
  ['MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk.', 'cannot_save'],
  ['LOADING Redis is loading the dataset in memory', 'starting'],
  ['BUSY Redis is busy running a script. You can only call SCRIPT KILL.', 'locked'],
  ['MOVED 3999 127.0.0.1:6381', 'cluster_mode'],
  ['CLUSTERDOWN Hash slot not served', 'cluster_mode'],
  ["CROSSSLOT Keys in request don't hash to the same slot", 'cluster_mode'],
  ['DENIED Redis is running in protected mode because protected mode is enabled', 'protected_mode'],
  ['ERR max number of clients reached', 'too_many_connections'],
  ['ERR unknown command `HELLO`, with args beginning with:', 'version_too_old'],
  ['connect ECONNREFUSED 127.0.0.1:6379', 'unknown'],
];

describe('what Redis says', () => {
  it.each(table)('%s: %s', (words, code) => {
    const trouble = troubleOfRedis(new Error(words));
    expect(trouble).toMatchObject({ code, reason: words });
    expect(trouble.summary).toMatch(/Redis.*\.$/u);
    expect(trouble.summary).not.toContain(words);
    expect(trouble.advice).not.toBe('');
  });

  it('is found below the error of a client', () => {
    const wrapped = new Error('Looking failed', { cause: new Error('LOADING Redis is loading the dataset') });
    expect(troubleOfRedis(wrapped).code).toBe('starting');
  });

  it.each([
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'connection_refused'],
    [
      Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      'tls_failed',
    ],
    [new Error('Connection is closed.'), 'connection_lost'],
    [new Error('Command timed out'), 'no_answer'],
  ] as const)('or nothing, because the network is in the way: %s', (error, code) => {
    expect(troubleOfRedis(error).code).toBe(code);
  });
});
