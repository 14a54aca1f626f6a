import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TroubleCode } from '@pixsim7/contracts';
import { startRefusingRedis } from '@pixsim7/testkit/servers';
import type { RedisServer } from '@pixsim7/testkit/servers';
import type { CountingProxy } from './counting-proxy.ts';
import { silence } from './refusal.ts';
import type { Refusal } from './refusal.ts';

export interface RefusableRedis {
  readonly redis: RedisServer;
  readonly proxy: CountingProxy;
  /** The user of the server under test; the test itself is the default user. */
  readonly user: string;
  readonly password: string;
}

/** Gives the user everything again. */
export async function allowEverything({ redis, user, password }: RefusableRedis): Promise<void> {
  await redis.command('ACL', 'SETUSER', user, 'reset', 'on', `>${password}`, '~*', '&*', '+@all');
}

type RedisRefusal = Refusal<RefusableRedis>;

/** @param cut whether the connections that are open are cut, as by a restart of the proxy in between */
function byAcl(name: string, code: TroubleCode | null, rules: readonly string[], cut = false): RedisRefusal {
  return {
    name,
    code,
    async apply(server) {
      await server.redis.command('ACL', 'SETUSER', server.user, ...rules);
      if (cut) {
        server.proxy.cut();
      }
      return () => allowEverything(server);
    },
  };
}

function bySetting(
  name: string,
  code: TroubleCode,
  setting: string,
  refuses: string,
  works: string,
  cut = false,
): RedisRefusal {
  return {
    name,
    code,
    async apply({ redis, proxy }) {
      await redis.command('CONFIG', 'SET', setting, refuses);
      if (cut) {
        proxy.cut();
      }
      return async () => {
        await redis.command('CONFIG', 'SET', setting, works);
      };
    },
  };
}

function byAnotherServer(name: string, code: TroubleCode, answer: string, closes = false): RedisRefusal {
  return {
    name,
    code,
    async apply({ redis, proxy }) {
      const refusing = await startRefusingRedis(0, answer, closes);
      proxy.leadTo(refusing.port);
      proxy.cut();
      return async () => {
        proxy.leadTo(redis.port);
        await refusing.close();
      };
    },
  };
}

/** Without a disk to save to, which Redis needs `enable-protected-configs` for. */
const cannotSave: RedisRefusal = {
  name: 'cannot save to its disk',
  code: 'cannot_save',
  async apply({ redis }) {
    const folder = join(redis.folder, 'gone');
    // Redis runs as this user, so the folder has to be away, not forbidden.
    await mkdir(folder);
    await redis.command('CONFIG', 'SET', 'save', '3600 1');
    await redis.command('CONFIG', 'SET', 'dir', folder);
    await rm(folder, { recursive: true });
    await redis.command('BGSAVE');
    await untilSaved(redis, 'err');
    return async () => {
      await redis.command('CONFIG', 'SET', 'dir', redis.folder);
      await redis.command('BGSAVE');
      await untilSaved(redis, 'ok');
      await redis.command('CONFIG', 'SET', 'save', '');
    };
  },
};

async function untilSaved(redis: RedisServer, status: 'ok' | 'err'): Promise<void> {
  for (;;) {
    const info = await redis.command('INFO', 'persistence');
    if (info.includes('rdb_bgsave_in_progress:0') && info.includes(`rdb_last_bgsave_status:${status}`)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const redisRefusals: readonly RedisRefusal[] = [
  byAcl('no right to INFO', null, ['-info']),
  byAcl('no right to scripts', 'rights_missing', ['-@scripting']),
  byAcl('no right to BZPOPMIN', 'rights_missing', ['-bzpopmin']),
  byAcl('no right to the keys', 'rights_missing', ['resetkeys', '~other:*']),
  byAcl('no right to write', 'rights_missing', ['-@write']),
  byAcl('no right to the channel', 'channel_rights_missing', ['resetchannels']),
  byAcl('a changed password, connections stay', 'login_refused', ['resetpass', '>another']),
  byAcl('a changed password, connections cut', 'login_refused', ['resetpass', '>another'], true),
  byAcl('a user that is off, connections cut', 'login_refused', ['off'], true),
  bySetting('its memory is full', 'memory_full', 'maxmemory', '1', '0'),
  bySetting('no more clients', 'too_many_connections', 'maxclients', '1', '1000', true),
  cannotSave,
  {
    name: 'a replica',
    code: 'read_only',
    async apply({ redis }) {
      await redis.command('REPLICAOF', '127.0.0.1', '1');
      return async () => {
        await redis.command('REPLICAOF', 'NO', 'ONE');
      };
    },
  },
  {
    name: 'a cluster',
    code: 'cluster_mode',
    async apply(server) {
      await server.redis.stop();
      await server.redis.start({ 'cluster-enabled': 'yes' });
      await allowEverything(server);
      return async () => {
        await server.redis.stop();
        await server.redis.start();
        await allowEverything(server);
      };
    },
  },
  byAnotherServer('loading its data', 'starting', 'LOADING Redis is loading the dataset in memory'),
  byAnotherServer(
    'protected mode',
    'protected_mode',
    'DENIED Redis is running in protected mode because protected mode is enabled',
    true,
  ),
  {
    name: 'away',
    // The proxy takes the connection, and loses it.
    code: 'connection_lost',
    async apply(server) {
      await server.redis.stop();
      return async () => {
        await server.redis.start();
        await allowEverything(server);
      };
    },
  },
  silence('no_answer'),
];
