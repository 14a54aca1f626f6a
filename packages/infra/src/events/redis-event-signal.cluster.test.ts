import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { createRecordingLogger } from '../queue/testing/recording-logger.ts';
import type { RecordingLogger } from '../queue/testing/recording-logger.ts';
import { createRedisEventSignal } from './redis-event-signal.ts';
import type { RedisEventSignal, RedisEventSignalOptions } from './redis-event-signal.ts';

const waiting = { timeout: 10_000, interval: 5 };

describeWithRedis('RedisEventSignal', (server) => {
  let logger: RecordingLogger;
  let signals: RedisEventSignal[];

  beforeEach(async () => {
    await server().start();
    logger = createRecordingLogger();
    signals = [];
  });

  afterEach(async () => {
    server().thaw();
    await Promise.all(signals.map((signal) => signal.close()));
  });

  function open(options: Partial<RedisEventSignalOptions> = {}): RedisEventSignal {
    const signal = createRedisEventSignal({ redisUrl: server().url, logger, ...options });
    signals.push(signal);
    return signal;
  }

  async function openConnected(options: Partial<RedisEventSignalOptions> = {}): Promise<RedisEventSignal> {
    const signal = open(options);
    await connected(signal);
    return signal;
  }

  async function connected(signal: RedisEventSignal): Promise<void> {
    await vi.waitFor(() => expect(signal.status()).toBe('connected'), waiting);
  }

  /** Announces until it is heard, as commits go on after one whose signal was lost. */
  async function heard(sender: RedisEventSignal, listener: () => void): Promise<void> {
    const before = vi.mocked(listener).mock.calls.length;
    await vi.waitFor(() => {
      sender.announce();
      expect(vi.mocked(listener).mock.calls.length).toBeGreaterThan(before);
    }, waiting);
  }

  it('reaches all other processes, and not its own', async () => {
    const [sender, first, second] = [await openConnected(), await openConnected(), await openConnected()];
    const [own, one, two] = [vi.fn(), vi.fn(), vi.fn()];
    sender.listen(own);
    first.listen(one);
    second.listen(two);
    sender.announce();
    await vi.waitFor(() => {
      expect(one).toHaveBeenCalledTimes(1);
      expect(two).toHaveBeenCalledTimes(1);
    }, waiting);
    // Redis delivers in order, so the sender's own signal would have come before the answer of another.
    first.announce();
    await vi.waitFor(() => expect(own).toHaveBeenCalledTimes(1), waiting);
  });

  it('calls a listener no more that has ended', async () => {
    const [sender, receiver] = [await openConnected(), await openConnected()];
    const [ended, staying] = [vi.fn(), vi.fn()];
    const end = receiver.listen(ended);
    receiver.listen(staying);
    end();
    await heard(sender, staying);
    expect(ended).not.toHaveBeenCalled();
  });

  it('keeps the others when one listener throws, and logs it', async () => {
    const [sender, receiver] = [await openConnected(), await openConnected()];
    const staying = vi.fn();
    const error = new Error('no');
    receiver.listen(() => {
      throw error;
    });
    receiver.listen(staying);
    await heard(sender, staying);
    expect(logger.failures[0]?.fields).toEqual({ error });
  });

  it('keeps installations that share a Redis apart', async () => {
    const [other, sender] = [
      await openConnected({ prefix: 'other' }),
      await openConnected({ prefix: 'ours' }),
    ];
    const receiver = await openConnected({ prefix: 'ours' });
    const [foreign, ours] = [vi.fn(), vi.fn()];
    other.listen(foreign);
    receiver.listen(ours);
    await heard(sender, ours);
    // In order again: what the receiver sends is heard after what it heard.
    expect(foreign).not.toHaveBeenCalled();
  });

  it('carries no content that a stranger could use', async () => {
    const receiver = await openConnected();
    const listener = vi.fn();
    receiver.listen(listener);
    const client = new Redis(server().url);
    await client.publish('pixsim7:events', 'anything at all');
    client.disconnect();
    await vi.waitFor(() => expect(listener).toHaveBeenCalledWith(), waiting);
  });

  it.each(['stop', 'kill'] as const)(
    'drops signals after a %s of Redis, and works again when it is back',
    async (end) => {
      const [sender, receiver] = [await openConnected(), await openConnected()];
      const listener = vi.fn();
      receiver.listen(listener);
      await server()[end]();
      await vi.waitFor(
        () => expect([sender.status(), receiver.status()]).toEqual(['disconnected', 'disconnected']),
        waiting,
      );
      for (let number = 0; number < 100; number += 1) {
        sender.announce();
      }
      expect(listener).not.toHaveBeenCalled();
      await server().start();
      await Promise.all([connected(sender), connected(receiver)]);
      // Signals may have been missed, so it reads on without one.
      expect(listener).toHaveBeenCalledTimes(1);
      await heard(sender, listener);
      expect(logger.failures).toEqual([]);
    },
  );

  it('starts without Redis and works when it comes', async () => {
    await server().stop();
    const [sender, receiver] = [open(), open()];
    const listener = vi.fn();
    receiver.listen(listener);
    sender.announce();
    expect(sender.status()).toBe('disconnected');
    await server().start();
    await Promise.all([connected(sender), connected(receiver)]);
    await heard(sender, listener);
  });

  it('pings', async () => {
    const signal = open();
    await expect(signal.ping()).resolves.toBeUndefined();
    await server().stop();
    await expect(signal.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
  });

  it('finds out that Redis is silent', async () => {
    const signal = await openConnected();
    server().freeze();
    await expect(signal.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(signal.status()).toBe('disconnected');
  });

  it('is over after the close', async () => {
    const [sender, receiver] = [await openConnected(), await openConnected()];
    const listener = vi.fn();
    receiver.listen(listener);
    await receiver.close();
    await receiver.close();
    receiver.announce();
    await vi.waitFor(() => expect(receiver.status()).toBe('disconnected'), waiting);
    await expect(receiver.ping()).rejects.toMatchObject({ code: 'redis_unavailable' });
    sender.announce();
    await sender.ping();
    expect(listener).not.toHaveBeenCalled();
    expect(logger.warnings).toEqual([]);
  });
});
