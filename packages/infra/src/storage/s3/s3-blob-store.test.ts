import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedFile } from '@pixsim7/core';
import { describeBlobStoreContract } from '@pixsim7/testkit/contracts';
import { openS3BlobStore } from './s3-blob-store.ts';
import type { S3BlobStore, S3BlobStoreOptions } from './s3-blob-store.ts';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

// The package has no types.
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: Record<string, unknown>) => S3Server;

/** Cuts the connection of a request after it passed on this many bytes; null lets the request through. */
type Cut = (requestLine: string) => number | null;

/** A server that knows the key S3RVER only, and a line to it that can be cut. */
interface World {
  readonly port: number;
  readonly directory: string;
  /** First lines of all requests, as `PUT /videos/key`. */
  readonly requestLines: string[];
  cut: Cut;
  open(options?: Partial<S3BlobStoreOptions>): Promise<S3BlobStore>;
  close(): Promise<void>;
}

async function startWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 's3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: join(directory, 'server'),
    configureBuckets: [{ name: 'videos' }],
  });
  const { port: serverPort } = await server.run();
  const sockets = new Set<Socket>();
  const stores: S3BlobStore[] = [];

  const line = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let left: number | null = null;
    const destroyBoth = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        destroyBoth();
      });
      // The other end notices by the closed connection.
      socket.on('error', destroyBoth);
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      const [, requestLine] = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1')) ?? [];
      if (requestLine !== undefined) {
        world.requestLines.push(requestLine);
        left = world.cut(requestLine);
      }
      upstream.write(left === null ? chunk : chunk.subarray(0, left));
      left = left === null ? null : left - chunk.byteLength;
      if (left !== null && left <= 0) {
        destroyBoth();
      }
    });
  });
  await new Promise<void>((resolve) => {
    line.listen(0, '127.0.0.1', resolve);
  });

  const world: World = {
    port: (line.address() as AddressInfo).port,
    directory,
    requestLines: [],
    cut: () => null,
    async open(options = {}) {
      const store = await openS3BlobStore({
        url: `s3://S3RVER:S3RVER@127.0.0.1:${world.port}/videos/studio?tls=off`,
        spoolDirectory: join(directory, 'spool'),
        // Short, and not zero: the server answers before the last bytes of an object are in its file.
        retryWaitsMs: [5, 50, 250],
        ...options,
      });
      stores.push(store);
      return store;
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        line.close(resolve);
      });
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

describeBlobStoreContract('S3BlobStore', async () => {
  const world = await startWorld();
  return { store: await world.open(), close: () => world.close() };
});

describe('S3BlobStore', () => {
  const mebibyte = 1024 * 1024;
  // sha256 of "hello"
  const helloHash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const helloKey = `studio/blobs/2c/f2/${helloHash}`;
  let world: World;
  let store: S3BlobStore;

  beforeEach(async () => {
    world = await startWorld();
    store = await world.open();
  });

  afterEach(async () => {
    await world.close();
  });

  async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes;
  }

  const receive = (bytes: Uint8Array): Promise<ReceivedFile> =>
    store.receive(pieces(bytes), { maxBytes: 100 * mebibyte });
  const receiveHello = (): Promise<ReceivedFile> => receive(Buffer.from('hello'));

  /** Bytes that differ from part to part. */
  function video(): Uint8Array {
    const bytes = Buffer.alloc(20 * mebibyte, 'moving pictures ');
    bytes.fill('other pictures ', 9 * mebibyte);
    return bytes;
  }

  const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const storedBytes = async (hash: string): Promise<Uint8Array> =>
    new Uint8Array(await new Response(await store.read(hash)).arrayBuffer());
  const spooled = (folder: 'received' | 'copies'): Promise<string[]> =>
    readdir(join(world.directory, 'spool', folder));
  const objectFile = (key: string, what = 'object'): string =>
    join(world.directory, 'server', 'videos', `${key}._S3rver_${what}`);

  it('puts a blob under its hash, below the prefix, with its type', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    expect(await readFile(objectFile(helloKey), 'utf8')).toBe('hello');
    expect(JSON.parse(await readFile(objectFile(helloKey, 'metadata.json'), 'utf8'))).toMatchObject({
      'content-type': 'text/plain',
    });
    expect(await spooled('received')).toEqual([]);
  });

  it('does not send what is there', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    await store.keep(await receiveHello(), 'text/plain');
    expect(world.requestLines.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    expect(await spooled('received')).toEqual([]);
  });

  it('replaces a blob whose size is wrong', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    await writeFile(objectFile(helloKey), 'hel');
    await store.keep(await receiveHello(), 'text/plain');
    expect(await (await store.open(helloHash)).text()).toBe('hello');
  });

  it('keeps a large file in parts', async () => {
    const bytes = video();
    const file = await receive(bytes);
    await store.keep(file, 'video/mp4');
    expect(world.requestLines.filter((line) => line.includes('partNumber='))).toHaveLength(3);
    expect(await store.stat(file.hash)).toEqual({ bytes: bytes.byteLength });
    expect(hashOf(await storedBytes(file.hash))).toBe(file.hash);
    const range = { start: 8 * mebibyte - 5, end: 8 * mebibyte + 4 };
    expect(Buffer.from(await new Response(await store.read(file.hash, range)).arrayBuffer())).toEqual(
      bytes.subarray(range.start, range.end + 1),
    );
  });

  it('sends a part again whose connection was lost in the middle', async () => {
    let cuts = 0;
    world.cut = (line) => {
      cuts += line.includes('partNumber=2') ? 1 : 0;
      return line.includes('partNumber=2') && cuts === 1 ? mebibyte : null;
    };
    const file = await receive(video());
    await store.keep(file, 'video/mp4');
    expect(cuts).toBe(2);
    expect(hashOf(await storedBytes(file.hash))).toBe(file.hash);
  });

  it('aborts an upload whose connection stays lost, and can keep the file later', async () => {
    world.cut = (line) => (line.includes('partNumber=2') ? mebibyte : null);
    const file = await receive(video());
    await expect(store.keep(file, 'video/mp4')).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(world.requestLines.filter((line) => line.includes('partNumber=2'))).toHaveLength(4);
    expect(world.requestLines.at(-1)).toMatch(/^DELETE .*uploadId=/);
    expect(await store.stat(file.hash)).toBeNull();
    world.cut = () => null;
    await store.keep(file, 'video/mp4');
    expect(await store.stat(file.hash)).toEqual({ bytes: file.bytes });
  });

  it('sends a small file again whose connection was lost', async () => {
    let puts = 0;
    world.cut = (line) => {
      puts += line.startsWith('PUT') ? 1 : 0;
      return line.startsWith('PUT') && puts === 1 ? 700_000 : null;
    };
    const file = await receive(video().subarray(0, mebibyte));
    await store.keep(file, 'video/mp4');
    expect(puts).toBe(2);
    expect(await (await store.open(file.hash)).arrayBuffer()).toHaveProperty('byteLength', mebibyte);
  });

  it.each([
    ['whose hash is another', { hash: 'a'.repeat(64) }],
    ['whose size is another', { bytes: 4 }],
  ])('does not keep a file %s', async (_what, wrong) => {
    const file = { ...(await receiveHello()), ...wrong };
    await expect(store.keep(file, 'text/plain')).rejects.toMatchObject({ code: 'damaged_file' });
    expect(await store.stat(file.hash)).toBeNull();
  });

  it('says that the credentials are wrong, and not which', async () => {
    const stranger = await world.open({
      url: `s3://STRANGER:DO-NOT-TELL@127.0.0.1:${world.port}/videos?tls=off`,
    });
    const file = await receiveHello();
    for (const call of [
      () => stranger.ping(),
      () => stranger.stat(helloHash),
      () => stranger.read(helloHash),
      () => stranger.keep(file, 'text/plain'),
      () => stranger.remove(helloHash),
    ]) {
      const error: unknown = await call().catch((cause: unknown) => cause);
      expect(error).toMatchObject({ name: 'BlobStoreError', code: 'access_denied' });
      const { message, stack, cause } = error as Error;
      expect(JSON.stringify([message, stack, cause])).not.toMatch(/DO-NOT-TELL|STRANGER/);
    }
  });

  it('says that the bucket is missing', async () => {
    const lost = await world.open({ url: `s3://S3RVER:S3RVER@127.0.0.1:${world.port}/no-bucket?tls=off` });
    await expect(lost.ping()).rejects.toMatchObject({ code: 'bucket_not_found' });
  });

  it('says that nobody answers', async () => {
    world.cut = () => 0;
    await expect(store.ping()).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(store.stat(helloHash)).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  it('does not wait for ever for an answer', async () => {
    const held = new Set<Socket>();
    const silent = createServer((socket) => held.add(socket));
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const waiting = await world.open({
      url: `s3://S3RVER:S3RVER@127.0.0.1:${port}/videos?tls=off`,
      timeouts: { connectMs: 1_000, headersMs: 20, bodyMs: 20 },
    });
    await expect(waiting.stat(helloHash)).rejects.toMatchObject({
      code: 'storage_unavailable',
      cause: expect.objectContaining({ message: expect.stringContaining('content length') }),
    });
    // One connection for each try: all were given up, and none was waited for.
    expect(held.size).toBe(4);
    await new Promise((resolve) => {
      silent.close(resolve);
      for (const socket of held) {
        socket.destroy();
      }
    });
  });

  it('refuses settings it cannot understand', async () => {
    await expect(world.open({ url: 'https://S3RVER:S3RVER@host/videos' })).rejects.toMatchObject({
      code: 'invalid_storage_url',
    });
  });

  it('opens no blob whose bytes are others, and leaves no copy', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    await writeFile(objectFile(helloKey), 'jello');
    await expect(store.open(helloHash)).rejects.toMatchObject({ code: 'damaged_file' });
    expect(await spooled('copies')).toEqual([]);
  });

  it('opens a Blob that another Blob can be made of', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    const blob = new Blob([await store.open(helloHash)], { type: 'text/plain' });
    expect(await blob.text()).toBe('hello');
  });

  it('takes away the copy of an opened blob after its time', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    await store.open(helloHash);
    await store.sweep();
    expect(await spooled('copies')).toHaveLength(1);
    const later = await world.open({ now: () => Date.now() + 2_000, copyLifetimeMs: 1_000 });
    await later.open(helloHash);
    expect(await spooled('copies')).toHaveLength(1);
    await later.sweep();
    expect(await spooled('copies')).toHaveLength(0);
  });
});
