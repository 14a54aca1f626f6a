import { reasonOf, errorsIn } from '../trouble/causes.ts';
import { connectionTrouble } from '../trouble/connection-trouble.ts';
import type { NamedServer } from '../trouble/connection-trouble.ts';
import { TroubleError } from '../trouble/trouble-error.ts';
import { unknownTrouble } from '../trouble/trouble.ts';
import type { Trouble, TroubleMeaning } from '../trouble/trouble.ts';

export const redis: NamedServer = {
  name: 'Redis',
  setting: 'REDIS_URL',
  ownCa: 'in REDIS_CA_FILE or in NODE_EXTRA_CA_CERTS',
};

const login: TroubleMeaning = {
  code: 'login_refused',
  summary: 'Redis refuses the login.',
  advice: 'Check user and password in REDIS_URL, and whether the user is enabled.',
};
const rights: TroubleMeaning = {
  code: 'rights_missing',
  summary: 'Redis refuses: the user lacks rights.',
  advice: 'Grant it the rights that docs/guides/production.md lists.',
};
const readOnly: TroubleMeaning = {
  code: 'read_only',
  summary: 'Redis is read-only: this server is a replica.',
  advice: 'Point REDIS_URL at the primary server.',
};

export const clusterMode: TroubleMeaning = {
  code: 'cluster_mode',
  summary: 'Redis runs as a cluster, but PixSim7 needs a single server.',
  advice: 'Point REDIS_URL at a Redis that does not run in cluster mode; 256 MB is plenty.',
};
export const tooOld: TroubleMeaning = {
  code: 'version_too_old',
  summary: 'Redis is too old.',
  advice: 'Upgrade it to 6.2 or newer.',
};
export const channelRights: TroubleMeaning = {
  code: 'channel_rights_missing',
  summary: 'Redis refuses the event channel: the user lacks rights.',
  advice: 'Grant it the rights to publish and subscribe that docs/guides/production.md lists.',
};

/** By the beginning of an answer, which is a code of its own, or by its words where Redis only says ERR. */
const meanings: readonly (readonly [RegExp, TroubleMeaning])[] = [
  [/^(?:WRONGPASS|NOAUTH)\b|invalid password|AUTH.* without any password configured/iu, login],
  [/^NOPERM\b|user executing the script can't (?:run|access)/iu, rights],
  [
    /^OOM\b/u,
    {
      code: 'memory_full',
      summary: 'The memory of Redis is full.',
      advice:
        'Raise maxmemory, or remove what other programs keep there. PixSim7 needs 1.2 KB for each waiting step.',
    },
  ],
  [/^(?:READONLY|MASTERDOWN)\b/u, readOnly],
  [
    /^MISCONF\b/u,
    {
      code: 'cannot_save',
      summary: 'Redis cannot save to its disk, and refuses writes.',
      advice: 'Free some space on its disk and see its log, or set stop-writes-on-bgsave-error to no.',
    },
  ],
  [
    /^LOADING\b/u,
    { code: 'starting', summary: 'Redis is loading its data.', advice: 'Wait; its log shows the progress.' },
  ],
  [
    /^BUSY\b/u,
    {
      code: 'locked',
      summary: 'Redis is busy with an endless script.',
      advice: 'End it with SCRIPT KILL; it does not belong to PixSim7.',
    },
  ],
  [/^(?:MOVED|ASK|CLUSTERDOWN|CROSSSLOT|TRYAGAIN)\b/u, clusterMode],
  [
    /^DENIED\b/u,
    {
      code: 'protected_mode',
      summary:
        'Redis is in protected mode: it has no password and only accepts connections from its own host.',
      advice: 'Set a password there and in REDIS_URL.',
    },
  ],
  [
    /max number of clients/iu,
    {
      code: 'too_many_connections',
      summary: 'Redis accepts no more connections.',
      advice: 'Raise maxclients there; a process of PixSim7 opens about ten.',
    },
  ],
  [/^NOREPLICAS\b/u, { ...readOnly, summary: 'Redis refuses writes: it has too few replicas.' }],
  [/unknown command|syntax error/iu, tooOld],
];

/** Explains an error of Redis to an operator. */
export function troubleOfRedis(error: unknown): Trouble {
  if (error instanceof TroubleError) {
    return error.trouble;
  }
  const reason = reasonOf(error);
  for (const cause of errorsIn(error)) {
    const known = meanings.find(([words]) => words.test(cause.message));
    if (known !== undefined) {
      return { ...known[1], reason };
    }
  }
  return connectionTrouble(error, redis) ?? unknownTrouble(redis.name, reason);
}
