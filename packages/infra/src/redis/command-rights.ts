import type { Redis } from 'ioredis';
import { channelOf, nobody } from '../events/channel.ts';
import type { Trouble } from '../trouble/trouble.ts';
import { channelRights, troubleOfRedis } from './redis-trouble.ts';

/**
 * Every command that PixSim7 or a script of BullMQ carries out, on a key of its own kind.
 *
 * The first one needs memory: once a script has written, Redis refuses none of its writes for want of memory. It does not
 * mind what an interrupted look has left; the others begin with `DEL`.
 */
const scriptCommands: readonly (readonly [kind: string, command: string, ...values: string[]])[] = [
  ['string', 'SET', '1'],
  ['string', 'DEL'],
  ['string', 'GET'],
  ['string', 'INCR'],
  ['string', 'EXISTS'],
  ['string', 'PEXPIRE', '1000'],
  ['string', 'PERSIST'],
  ['string', 'PTTL'],
  ['hash', 'DEL'],
  ['hash', 'HSET', 'field', '1'],
  ['hash', 'HMSET', 'field', '1'],
  ['hash', 'HGET', 'field'],
  ['hash', 'HMGET', 'field'],
  ['hash', 'HGETALL'],
  ['hash', 'HEXISTS', 'field'],
  ['hash', 'HINCRBY', 'field', '1'],
  ['hash', 'HDEL', 'field'],
  ['list', 'DEL'],
  ['list', 'LPUSH', 'item'],
  ['list', 'LRANGE', '0', '-1'],
  ['list', 'LLEN'],
  ['list', 'LPOS', 'item'],
  ['list', 'LREM', '1', 'item'],
  ['list', 'LTRIM', '0', '10'],
  ['set', 'DEL'],
  ['set', 'SADD', 'member'],
  ['set', 'SCARD'],
  ['set', 'SMEMBERS'],
  ['set', 'SREM', 'member'],
  ['zset', 'DEL'],
  ['zset', 'ZADD', 'LT', '1', 'member'],
  ['zset', 'ZSCORE', 'member'],
  ['zset', 'ZCARD'],
  ['zset', 'ZRANGE', '0', '0', 'WITHSCORES'],
  ['zset', 'ZRANGEBYSCORE', '-inf', '+inf', 'LIMIT', '0', '1'],
  ['zset', 'ZREVRANGE', '0', '0'],
  ['zset', 'ZREVRANGEBYSCORE', '+inf', '-inf', 'LIMIT', '0', '1'],
  ['zset', 'ZREM', 'member'],
  ['zset', 'ZREMRANGEBYRANK', '0', '0'],
  ['zset', 'ZREMRANGEBYSCORE', '-inf', '+inf'],
  ['zset', 'ZPOPMIN'],
  ['stream', 'DEL'],
  ['stream', 'XADD', '*', 'field', '1'],
  ['stream', 'XTRIM', 'MAXLEN', '0'],
];

/** The names of all commands that the script below tries. */
export const commandsInScript: readonly string[] = [
  ...new Set([...scriptCommands.map(([, command]) => command), 'RPOPLPUSH']),
];

const kinds = [...new Set(scriptCommands.map(([kind]) => kind))];

/**
 * Tries every command and goes on after a refusal; answers with the refused ones and their errors. At its end it removes
 * its keys again.
 */
const script = `
local refused = {}
local function try(name, ...)
  local answer = redis.pcall(name, ...)
  if type(answer) == 'table' and answer.err then
    refused[#refused + 1] = name
    refused[#refused + 1] = answer.err
  end
end
local keys = {}
for index, kind in ipairs(cjson.decode(ARGV[1])) do keys[kind] = KEYS[index] end
for _, call in ipairs(cjson.decode(ARGV[2])) do
  local kind, name = table.remove(call, 1), table.remove(call, 1)
  try(name, keys[kind], unpack(call))
end
try('RPOPLPUSH', keys.list, keys.list)
for _, key in pairs(keys) do redis.pcall('DEL', key) end
return refused`;

/** Commands that a connection may not use; null where it may use all that it needs. */
export interface CommandTroubles {
  /** With this no step runs. */
  readonly steps: Trouble | null;
  /** With this events reach other processes up to 2 s late. */
  readonly events: Trouble | null;
}

/** Tries everything that PixSim7 does in Redis, on keys and a channel of its own. Leaves nothing behind. */
export async function tryCommands(client: Redis, prefix: string): Promise<CommandTroubles> {
  return { steps: await trySteps(client, prefix), events: await tryChannel(client, prefix) };
}

async function trySteps(client: Redis, prefix: string): Promise<Trouble | null> {
  const keys = kinds.map((kind) => `${prefix}:doctor:${kind}`);
  const refused: [command: string, error: Error][] = [];
  const tryOne = async <Answer>(name: string, call: () => Promise<Answer>): Promise<Answer | null> => {
    try {
      return await call();
    } catch (error) {
      refused.push([name, error instanceof Error ? error : new Error(String(error))]);
      return null;
    }
  };
  const answer = await tryOne('EVAL', () =>
    client.eval(script, keys.length, ...keys, JSON.stringify(kinds), JSON.stringify(scriptCommands)),
  );
  const inScript = Array.isArray(answer) ? answer.map(String) : [];
  for (let index = 0; index + 1 < inScript.length; index += 2) {
    refused.push([inScript[index] ?? '', new Error(inScript[index + 1])]);
  }
  // A digest that nobody has: the right is checked before the script is looked for.
  await tryOne('EVALSHA', () => ignoreMissingScript(client.evalsha('0'.repeat(40), 0)));
  await tryOne('MULTI', async () => {
    for (const [error] of (await client.multi().zcard(`${prefix}:doctor:zset`).exec()) ?? []) {
      if (error !== null) {
        throw error;
      }
    }
  });
  await tryOne('BZPOPMIN', () => client.bzpopmin(`${prefix}:doctor:zset`, 0.001));
  await tryOne('PING', () => client.ping());
  return troubleOf(refused);
}

async function ignoreMissingScript(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) {
      throw error;
    }
  }
}

async function tryChannel(client: Redis, prefix: string): Promise<Trouble | null> {
  const channel = channelOf(prefix);
  try {
    await client.subscribe(channel);
    await client.unsubscribe(channel);
    await client.publish(channel, nobody);
    return null;
  } catch (error) {
    const trouble = troubleOfRedis(error);
    return trouble.code === 'rights_missing' ? { ...channelRights, reason: trouble.reason } : trouble;
  }
}

/** One trouble of many refusals: most share their reason, as "out of memory". */
function troubleOf(refused: readonly (readonly [command: string, error: Error])[]): Trouble | null {
  const [first] = refused;
  if (first === undefined) {
    return null;
  }
  const trouble = troubleOfRedis(first[1]);
  const names = [...new Set(refused.map(([name]) => name))].join(', ');
  return { ...trouble, reason: `${trouble.reason}; refused: ${names}` };
}
