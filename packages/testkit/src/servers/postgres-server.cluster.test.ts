import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWithPostgres } from './describe-with-postgres.ts';
import { startPostgresServer } from './postgres-server.ts';

/** Does somebody listen there? */
async function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describeWithPostgres('the server of a test', (server) => {
  it.each(['stop', 'kill'] as const)(
    'listens until %s, and again after start, at the same place',
    async (way) => {
      const url = server().url();
      expect(await listens(url)).toBe(true);
      await server()[way]();
      await server()[way]();
      expect(await listens(url)).toBe(false);
      await server().start();
      await server().start();
      expect(server().url()).toBe(url);
      expect(await listens(url)).toBe(true);
      await server().restart();
      expect(await listens(url)).toBe(true);
    },
  );

  it('is gone after close', async () => {
    const other = await startPostgresServer();
    const url = other?.url() ?? '';
    expect(url).not.toBe(server().url());
    expect(await listens(url)).toBe(true);
    await other?.close();
    expect(await listens(url)).toBe(false);
    expect(await listens(server().url())).toBe(true);
  });
});

describeWithPostgres('a test that is killed', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'pixsim7-killed-test-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('leaves no server and no data behind', async () => {
    const module = join(root, 'postgres-server.mjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL('./postgres-server.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: module,
    });
    const test = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { startPostgresServer } from ${JSON.stringify(pathToFileURL(module).href)};
        const server = await startPostgresServer();
        console.log(JSON.stringify({ url: server.url(), folder: server.folder }));`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(test.stdout, 'data')) as [Buffer];
    const { url, folder } = JSON.parse(line.toString('utf8')) as { url: string; folder: string };
    expect(await listens(url)).toBe(true);
    expect(existsSync(folder)).toBe(true);
    test.kill('SIGKILL');
    await vi.waitFor(async () => {
      expect(await listens(url)).toBe(false);
      expect(existsSync(folder)).toBe(false);
    }, 10_000);
  });
});
