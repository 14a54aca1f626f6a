import { ProviderUnavailableError } from '../../contract/errors.ts';
import { readReply } from '../../contract/read-reply.ts';
import { isRecord, textOf } from '../json.ts';
import type { PublicKey } from './signature.ts';

/** fal asks that its keys are kept for a day at most (fal documentation, webhooks). */
const longestLifeMs = 24 * 60 * 60 * 1_000;

/**
 * A delivery that no kept key fits can be the first after a change of keys, or a forgery. The keys are fetched again for
 * it, but not for each: forgeries must not become calls to fal.
 */
const shortestLifeMs = 60 * 1_000;

const fetchTimeoutMs = 10_000;
/** fal has one key, and two during a rotation. Every key is tried for every delivery. */
const maxKeys = 10;

/** Deliveries come by the dozen, and each would ask again for keys that cannot be had. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export interface PublicKeys {
  /**
   * The keys to check a delivery with.
   *
   * @param now milliseconds since 1970
   * @param renew whether the kept keys did not fit
   * @returns null when there is nothing newer than what did not fit
   * @throws ProviderUnavailableError when they are needed and cannot be had
   */
  of(url: string, now: number, renew: boolean): Promise<readonly PublicKey[] | null>;
}

interface Kept {
  readonly keys: readonly PublicKey[];
  readonly fetchedAt: number;
}

/** Fetches of one address that failed in a row. */
interface Failures {
  readonly count: number;
  readonly at: number;
  readonly error: unknown;
}

function rests({ count, at }: Failures, now: number): boolean {
  const passedMs = now - at;
  return passedMs >= 0 && passedMs < Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, count - 1));
}

/** Keys by their address: an account of an emulator has others than one of the real service. */
export function createPublicKeys(fetch: typeof globalThis.fetch, provider: string): PublicKeys {
  const keptByUrl = new Map<string, Kept>();
  const failuresByUrl = new Map<string, Failures>();
  const fetchesByUrl = new Map<string, Promise<readonly PublicKey[]>>();

  /** Deliveries that come together share a fetch. */
  async function fetchOnce(url: string, now: number): Promise<readonly PublicKey[]> {
    const before = failuresByUrl.get(url);
    if (before !== undefined && rests(before, now)) {
      throw before.error;
    }
    try {
      const keys = await fetchKeys(fetch, url, provider);
      failuresByUrl.delete(url);
      keptByUrl.set(url, { keys, fetchedAt: now });
      return keys;
    } catch (error) {
      failuresByUrl.set(url, { count: (before?.count ?? 0) + 1, at: now, error });
      throw error;
    }
  }

  return {
    async of(url, now, renew) {
      const kept = keptByUrl.get(url);
      const age = kept === undefined ? Infinity : now - kept.fetchedAt;
      if (kept !== undefined && !renew && age < longestLifeMs) {
        return kept.keys;
      }
      if (renew && age < shortestLifeMs) {
        return null;
      }
      const running = fetchesByUrl.get(url) ?? fetchOnce(url, now).finally(() => fetchesByUrl.delete(url));
      fetchesByUrl.set(url, running);
      return running;
    },
  };
}

async function fetchKeys(
  fetch: typeof globalThis.fetch,
  url: string,
  provider: string,
): Promise<readonly PublicKey[]> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutMs) });
    if (!response.ok) {
      throw new Error(`The keys were answered with HTTP ${response.status}.`);
    }
    const keys = await importKeys((await readReply(response)).json);
    if (keys.length === 0) {
      throw new Error('The answer has no Ed25519 key.');
    }
    return keys;
  } catch (cause) {
    throw new ProviderUnavailableError({
      code: 'provider_unavailable',
      message: `The keys that ${provider} signs its webhooks with could not be fetched.`,
      retry: 'later',
      accountEffect: 'none',
      charged: 'no',
      cause,
    });
  }
}

/** Keys of another kind stand for another purpose and are passed over. */
async function importKeys(document: unknown): Promise<PublicKey[]> {
  const list = isRecord(document) && Array.isArray(document['keys']) ? document['keys'] : [];
  const coordinates = list
    .filter(isRecord)
    .filter((key) => key['kty'] === 'OKP' && key['crv'] === 'Ed25519')
    .map((key) => textOf(key, 'x'))
    .filter((x) => x !== null && /^[\w-]{43}$/u.test(x))
    .slice(0, maxKeys);
  return Promise.all(
    coordinates.map((x) =>
      crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: x ?? '' }, 'Ed25519', false, [
        'verify',
      ]),
    ),
  );
}
