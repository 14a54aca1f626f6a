import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisAddress } from './redis-options.ts';

/** A Redis that is in order says nothing before it is asked. */
const silenceMs = 300;
/** A refusal is one line. */
const maxCharacters = 500;

/**
 * The words of Redis when it closes a connection at once: too many clients, or protected mode. A client that
 * speaks first never reads it, because what it sends breaks the closed connection.
 *
 * @returns null when it says nothing
 */
export async function readRefusalAtTheDoor({ redisUrl, redisCa }: RedisAddress): Promise<Error | null> {
  const { protocol, hostname, port } = new URL(redisUrl);
  const to = { host: hostname.replace(/^\[|\]$/gu, ''), port: port === '' ? 6_379 : Number(port) };
  const socket =
    protocol === 'rediss:'
      ? connectTls({ ...to, ...(redisCa === undefined ? {} : { ca: redisCa }) })
      : connect(to);
  try {
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(silenceMs) })) as [Buffer];
    const line = data.toString('utf8').slice(0, maxCharacters).split('\r\n')[0] ?? '';
    return line.startsWith('-') ? new Error(line.slice(1)) : null;
  } catch {
    // Silent, away or closed without a word: the caller has an error of its own for that.
    return null;
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}
