import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWithRedis, startRefusingRedis } from '@pixsim7/testkit/servers';
import { commandsInScript } from './command-rights.ts';
import { inspectRedis } from './inspect-redis.ts';
import { troubleOfRedis } from './redis-trouble.ts';

describeWithRedis('a look at Redis', (server) => {
  const asUser = (password = 'its-password'): string =>
    server().url.replace('redis://', `redis://app:${password}@`);
  const allow = (...rules: readonly string[]): Promise<string> =>
    server().command('ACL', 'SETUSER', 'app', 'reset', 'on', '>its-password', '~*', '&*', '+@all', ...rules);

  beforeEach(async () => {
    await server().start();
    await allow();
  });
  afterEach(async () => {
    await server().flushAll();
  });

  it('finds all well, knows version, memory and clock, and leaves nothing behind', async () => {
    const facts = await inspectRedis({ redisUrl: asUser() });
    expect(facts).toEqual({
      version: expect.stringMatching(/^\d+\.\d+/u) as string,
      memory: { evictionPolicy: 'noeviction', appendOnly: false, usedBytes: expect.any(Number) as number },
      now: expect.any(Number) as number,
      trouble: null,
      eventsTrouble: null,
    });
    expect(Math.abs((facts.now ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await server().command('DBSIZE')).toBe(':0\r\n');
  });

  it('needs no INFO', async () => {
    await allow('-info');
    expect(await inspectRedis({ redisUrl: asUser() })).toMatchObject({ trouble: null, memory: null });
  });

  it.each([...commandsInScript, 'BZPOPMIN', 'EVALSHA', 'MULTI', 'PING'])(
    'misses the right to %s',
    async (command) => {
      await allow(`-${command.toLowerCase()}`);
      const { trouble } = await inspectRedis({ redisUrl: asUser() });
      expect(trouble).toMatchObject({
        code: 'rights_missing',
        reason: expect.stringContaining(command) as string,
      });
    },
  );

  it.each([
    ['publish', ['-publish']],
    ['subscribe', ['-subscribe']],
    ['the channel', ['resetchannels', '&other:*']],
  ])('tells that only events are late without the right to %s', async (_, rules) => {
    await allow(...rules);
    expect(await inspectRedis({ redisUrl: asUser() })).toMatchObject({
      trouble: null,
      eventsTrouble: { code: 'channel_rights_missing' },
    });
  });

  it('asks for its own prefix', async () => {
    await allow('resetkeys', '~mine:*', 'resetchannels', '&mine:*');
    const fine = await inspectRedis({ redisUrl: asUser(), prefix: 'mine' });
    expect([fine.trouble, fine.eventsTrouble]).toEqual([null, null]);
    const other = await inspectRedis({ redisUrl: asUser() });
    expect([other.trouble?.code, other.eventsTrouble?.code]).toEqual([
      'rights_missing',
      'channel_rights_missing',
    ]);
  });

  it('names what the server is instead', async () => {
    await server().stop();
    await server().start({ 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf' });
    expect((await inspectRedis({ redisUrl: server().url })).trouble?.code).toBe('cluster_mode');
    await server().stop();
    await server().start();
  });

  describe('tells why it may not look', () => {
    const codeOf = async (redisUrl: string): Promise<string> => {
      const error: unknown = await inspectRedis({ redisUrl, timeoutMs: 1_000 }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ name: 'RedisUnavailableError' });
      expect(String(error)).not.toContain('its-password');
      return troubleOfRedis(error).code;
    };

    it('a wrong password, and a user that is off', async () => {
      expect(await codeOf(asUser('wrong'))).toBe('login_refused');
      await allow('off');
      expect(await codeOf(asUser())).toBe('login_refused');
    });

    it('no login where one is needed', async () => {
      await server().command('CONFIG', 'SET', 'requirepass', 'something');
      try {
        expect(await codeOf(server().url)).toBe('login_refused');
      } finally {
        await server().command('CONFIG', 'SET', 'requirepass', '');
      }
    });

    it.each([
      ['LOADING Redis is loading the dataset in memory', false, 'starting'],
      ['DENIED Redis is running in protected mode because', true, 'protected_mode'],
      ['ERR max number of clients reached', true, 'too_many_connections'],
    ])('%s', async (answer, closes, code) => {
      const refusing = await startRefusingRedis(0, answer, closes);
      try {
        expect(await codeOf(`redis://127.0.0.1:${refusing.port}`)).toBe(code);
      } finally {
        await refusing.close();
      }
    });

    it('nobody there, and a name that is not known', async () => {
      expect(await codeOf('redis://127.0.0.1:1')).toBe('connection_refused');
      expect(await codeOf('redis://nowhere.invalid:6379')).toBe('host_unknown');
    });

    it('silence', async () => {
      server().freeze();
      try {
        expect(await codeOf(server().url)).toBe('no_answer');
      } finally {
        server().thaw();
      }
    });
  });
});
