import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, it, vi } from 'vitest';
import { describeWithRedis } from './describe-with-redis.ts';
import { startRedisServer } from './redis-server.ts';

/** Sends an inline command to the server at a URL, and gives its answer; rejects when nobody listens. */
async function ask(url: string, command: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  try {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString('utf8').trim();
  } finally {
    socket.destroy();
  }
}

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('pixsim7-redis-'));

describeWithRedis('the Redis of the tests', (server) => {
  it('answers, and is empty after each start', async () => {
    const { url } = server();
    expect(await ask(url, 'SET a 1')).toBe('+OK');
    await server().restart();
    expect(await ask(url, 'DBSIZE')).toBe(':0');
  });

  it('forgets everything at FLUSHALL', async () => {
    const { url } = server();
    await ask(url, 'SET a 1');
    await server().flushAll();
    expect(await ask(url, 'DBSIZE')).toBe(':0');
  });

  it.each(['stop', 'kill'] as const)('is away after %s, and there again on the same port', async (end) => {
    const { url } = server();
    await server()[end]();
    await expect(ask(url, 'PING')).rejects.toThrow('ECONNREFUSED');
    await server().start();
    expect(await ask(url, 'PING')).toBe('+PONG');
  });

  it('keeps connections open and answers nothing while it is frozen', async () => {
    const { url } = server();
    server().freeze();
    let answered = false;
    const answer = ask(url, 'PING').finally(() => {
      answered = true;
    });
    await vi.waitFor(async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.destroy();
    });
    expect(answered).toBe(false);
    server().thaw();
    expect(await answer).toBe('+PONG');
  });

  it('can be stopped while it is frozen', async () => {
    server().freeze();
    await server().stop();
    await server().start();
    expect(await ask(server().url, 'PING')).toBe('+PONG');
  });

  it('leaves neither a process nor a folder', async () => {
    const before = folders();
    const other = await startRedisServer();
    const url = other?.url ?? '';
    expect(folders()).toHaveLength(before.length + 1);
    await other?.close();
    await expect(ask(url, 'PING')).rejects.toThrow('ECONNREFUSED');
    expect(folders()).toEqual(before);
  });

  it('ends with a process that is killed', async () => {
    const before = folders();
    const directory = mkdtempSync(join(tmpdir(), 'pixsim7-program-'));
    const program = join(directory, 'program.mjs');
    buildSync({
      stdin: {
        contents: `import { startRedisServer } from './redis-server.ts';
          startRedisServer().then((server) => console.log(server.url));`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = line.toString('utf8').trim();
    expect(await ask(url, 'PING')).toBe('+PONG');
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(ask(url, 'PING')).rejects.toThrow('ECONNREFUSED'), 10_000);
    await vi.waitFor(() => expect(folders()).toEqual(before), 10_000);
    rmSync(directory, { recursive: true });
  });
});
