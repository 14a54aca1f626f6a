import { isIP } from 'node:net';
import { UnsafeUrlError } from '@pixsim7/core';
import { isPublicAddress } from './public-address.ts';

/**
 * Parses a URL from outside and refuses what can be refused without a lookup. Odd spellings of an address
 * (`0x7f.1`, `2130706433`) are covered, because the URL parser turns them into dotted numbers first.
 *
 * @throws UnsafeUrlError
 */
export function parseUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) {
    throw new UnsafeUrlError('This is not a URL.');
  }
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UnsafeUrlError(`Only http and https URLs are fetched, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UnsafeUrlError(`The URL of ${url.host} contains a user name or password.`);
  }
  return url;
}

/** @throws UnsafeUrlError when the host is a literal address that is not public */
export function checkLiteralAddress(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new UnsafeUrlError(`${url.host} is not a public address.`);
  }
}

/** For messages and logs: without the query, where signed URLs carry their signature. */
export function withoutQuery(url: URL): string {
  return url.origin + url.pathname;
}
