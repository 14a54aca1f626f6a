import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseQueryError } from '../errors.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';

const password = 'not-for-the-log';

let server: Server;
let sockets: Socket[];
let url: string;

beforeEach(async () => {
  sockets = [];
  // Takes connections and says nothing, as a frozen server does.
  server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `postgres://user:${password}@127.0.0.1:${(server.address() as AddressInfo).port}/database`;
});
afterEach(() => {
  for (const socket of sockets) {
    socket.destroy();
  }
  server.close();
});

async function failureOf(failingUrl: string): Promise<unknown> {
  const logger = createRecordingLogger();
  const opening = openPostgresDatabase({ url: failingUrl, logger, now: Date.now, connectTimeoutMs: 100 });
  const failure: unknown = await opening.then(
    () => null,
    (error: unknown) => error,
  );
  expect(inspect(failure, { depth: null, showHidden: false })).not.toContain(password);
  return failure;
}

describe('openPostgresDatabase', () => {
  it('does not wait for ever for a server that is silent', async () => {
    const failure = await failureOf(url);
    expect(failure).toBeInstanceOf(DatabaseQueryError);
    expect(failure).toMatchObject({ sqlState: null, cause: expect.any(Error) });
  });

  it('fails where no server listens', async () => {
    server.close();
    await once(server, 'close');
    const failure = await failureOf(url);
    expect(failure).toBeInstanceOf(DatabaseQueryError);
    expect(failure).toMatchObject({ sqlState: null, cause: { code: 'ECONNREFUSED' } });
  });

  it('does not repeat the password of a URL that cannot be read', async () => {
    expect(await failureOf(`postgres://user:${password}@host:port/x`)).toBeInstanceOf(DatabaseQueryError);
  });
});
