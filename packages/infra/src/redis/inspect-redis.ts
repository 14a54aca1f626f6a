import { Redis } from 'ioredis';
import type { Trouble } from '../trouble/trouble.ts';
import { tryCommands } from './command-rights.ts';
import { redisOptions } from './redis-options.ts';
import type { RedisAddress } from './redis-options.ts';
import { clusterMode, tooOld, troubleOfRedis } from './redis-trouble.ts';
import { RedisUnavailableError } from './redis-unavailable-error.ts';
import { readRefusalAtTheDoor } from './refusal-at-the-door.ts';

const oldestVersion = [6, 2] as const;

/** The findings of a look at a Redis. */
export interface RedisFacts {
  readonly version: string;
  /** null when the user may not ask: INFO is a right of its own, which PixSim7 does not need. */
  readonly memory: {
    /** null when the server does not tell. */
    readonly evictionPolicy: string | null;
    readonly appendOnly: boolean;
    readonly usedBytes: number;
  } | null;
  /** Milliseconds since 1970, by the clock of the server; null when the user may not ask. */
  readonly now: number | null;
  /** Why no step runs although it takes a connection; null when they do. */
  readonly trouble: Trouble | null;
  /** Why events reach other processes late; null when they do not. */
  readonly eventsTrouble: Trouble | null;
}

export interface RedisLook extends RedisAddress {
  /** Begins every key. `pixsim7` when left out. */
  readonly prefix?: string;
  /** For connecting, and again for each question. Five seconds when left out. */
  readonly timeoutMs?: number;
}

/**
 * Looks at a Redis on a connection of its own, which is made as those of the server are, and tries every command that
 * PixSim7 needs on keys of its own. Leaves nothing behind.
 *
 * @throws RedisUnavailableError when it cannot be connected to
 */
export async function inspectRedis({
  prefix = 'pixsim7',
  timeoutMs = 5_000,
  ...address
}: RedisLook): Promise<RedisFacts> {
  const client = new Redis(address.redisUrl, {
    ...redisOptions(address),
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  // `connect` rejects with "Connection is closed"; the reason comes as an event.
  let reason: Error | null = null;
  client.on('error', (error) => {
    reason ??= error;
  });
  try {
    await client.connect();
    const { version, mode } = await greet(client);
    const unfit = unfitServer(version, mode);
    if (unfit !== null) {
      return { version, memory: null, now: null, trouble: unfit, eventsTrouble: null };
    }
    const { steps, events } = await tryCommands(client, prefix);
    return { version, ...(await readFigures(client)), trouble: steps, eventsTrouble: events };
  } catch (error) {
    const cause = reason ?? error;
    const isClosed = troubleOfRedis(cause).code === 'connection_lost';
    const refusal = isClosed ? await readRefusalAtTheDoor(address) : null;
    throw new RedisUnavailableError('Looking at Redis failed', refusal ?? cause);
  } finally {
    client.disconnect();
  }
}

/** The reply to HELLO, which every user may send. */
async function greet(client: Redis): Promise<{ readonly version: string; readonly mode: string }> {
  const answer = await client.call('HELLO');
  const fields = new Map<string, string>();
  if (Array.isArray(answer)) {
    for (let index = 0; index + 1 < answer.length; index += 2) {
      fields.set(String(answer[index]), String(answer[index + 1]));
    }
  }
  return { version: fields.get('version') ?? 'unknown', mode: fields.get('mode') ?? 'unknown' };
}

function unfitServer(version: string, mode: string): Trouble | null {
  if (mode === 'cluster') {
    return { ...clusterMode, reason: 'it says that its mode is cluster' };
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestVersion;
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  return isOld ? { ...tooOld, reason: `version ${version}` } : null;
}

async function readFigures(client: Redis): Promise<Pick<RedisFacts, 'memory' | 'now'>> {
  return { memory: await allowed(() => readMemory(client)), now: await allowed(() => readClock(client)) };
}

/** null when the user may not. */
async function allowed<Result>(ask: () => Promise<Result>): Promise<Result | null> {
  try {
    return await ask();
  } catch (error) {
    if (troubleOfRedis(error).code === 'rights_missing') {
      return null;
    }
    throw error;
  }
}

async function readClock(client: Redis): Promise<number> {
  const [seconds, microseconds] = await client.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** `INFO` is used instead of `CONFIG GET`, which hosted servers forbid. */
async function readMemory(client: Redis): Promise<RedisFacts['memory']> {
  const facts = parseInfo(await client.info());
  return {
    evictionPolicy: facts.get('maxmemory_policy') ?? null,
    appendOnly: facts.get('aof_enabled') === '1',
    usedBytes: Number(facts.get('used_memory') ?? 0),
  };
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
