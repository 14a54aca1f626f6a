import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A loopback port that nobody listens to at this moment, for a server that has to be told its port. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** @throws when REQUIRE_SERVERS=1, so that a build that should have a server cannot skip its suites */
export function requireServers(binary: string): void {
  if (process.env['REQUIRE_SERVERS'] === '1') {
    throw new Error(`REQUIRE_SERVERS=1, but this machine has no ${binary}.`);
  }
}
