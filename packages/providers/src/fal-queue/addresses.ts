/** The addresses of fal for one account, without a slash at the end. */
export interface FalAddresses {
  readonly queue: string;
  /** Uploads. */
  readonly rest: string;
  /** The public keys of its webhooks. */
  readonly jwks: string;
}

export const defaultQueueUrl = 'https://queue.fal.run';

/** The queue has two public hosts, and both of them belong to one REST host (fal documentation, queue and webhooks). */
const publicQueueUrls: readonly string[] = [defaultQueueUrl, 'https://queue.falrun.com'];
const publicRestUrl = 'https://rest.fal.ai';

const jwksPath = '/.well-known/jwks.json';

/**
 * An account has one base URL, fal has several hosts. A public queue host stands for the whole public service; any other
 * address, an emulator or a proxy, answers for all of them itself.
 */
export function addressesOf(baseUrl: string | null): FalAddresses {
  const queue = (baseUrl ?? defaultQueueUrl).replace(/\/+$/u, '');
  const rest = publicQueueUrls.includes(queue) ? publicRestUrl : queue;
  return { queue, rest, jwks: `${rest}${jwksPath}` };
}
