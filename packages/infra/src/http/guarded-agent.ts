import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent } from 'undici';
import { isPublicAddress } from './public-address.ts';

/** All addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<readonly LookupAddress[]>;

/** From the lookup of a host until the connection stands, TLS included. */
export const connectTimeoutMs = 10_000;
/** Error code of a host that resolves to a private address; handled like the system codes of unreachable hosts. */
export const privateHostCode = 'EPRIVATE';

export const resolveBySystem: ResolveHost = (hostname) => lookup(hostname, { all: true });

/**
 * An agent that connects to public addresses only. The check is part of connecting, so the address that was checked is
 * the one that is used: a name that answers differently a second time (DNS rebinding) gains nothing. Node does not
 * call the hook for a literal address in a URL; those are checked with the URL.
 */
export function createGuardedAgent(resolveHost: ResolveHost): Agent {
  // Node wants a callback; `callbackify` also takes care of errors that the callback itself throws.
  const resolve = callbackify((hostname: string) => resolvePublic(hostname, resolveHost));
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) {
        callback(error, '', 0);
      } else if (options.all === true) {
        callback(null, [...addresses]);
      } else {
        callback(null, addresses[0].address, addresses[0].family);
      }
    });
  };
  return new Agent({ connect: { lookup: guardedLookup, timeout: connectTimeoutMs } });
}

async function resolvePublic(
  hostname: string,
  resolveHost: ResolveHost,
): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
  const [first, ...others] = await resolveHost(hostname);
  if (first === undefined) {
    throw Object.assign(new Error(`${hostname} has no address.`), { code: 'ENODATA' });
  }
  // One address that is not public is enough: which of them is used would be chance.
  if ([first, ...others].some(({ address }) => !isPublicAddress(address))) {
    const error = new Error(`${hostname} does not lead to a public address.`);
    throw Object.assign(error, { code: privateHostCode });
  }
  return [first, ...others];
}
