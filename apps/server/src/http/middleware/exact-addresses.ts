import { createMiddleware } from 'hono/factory';
import { RequestError } from '@pixsim7/core';
import type { HttpEnvironment } from '../http-parts.ts';
import { jsonPointer } from '../problems/json-pointer.ts';

/**
 * Refuses addresses that could be read in two ways: invalid percent-encoding, which the framework leaves undecoded or replaces,
 * raw bytes beyond ASCII, and repeated query parameters.
 */
export const exactAddresses = createMiddleware<HttpEnvironment>(async (context, next) => {
  const [path = '', query = ''] = context.req.url.replace(/^\w+:\/\/[^/]*/u, '').split(/\?(.*)/su, 2);
  // Node reads bytes beyond ASCII as Latin-1, so unescaped UTF-8 would become other characters.
  if (!isAscii(context.env?.incoming?.url ?? '')) {
    throw new RequestError(
      'malformed_request',
      'The address has characters beyond ASCII; percent-encode them.',
    );
  }
  if (decoded(path) === null) {
    throw new RequestError('malformed_request', 'The path is not valid percent-encoding of UTF-8.');
  }
  checkQuery(query);
  await next();
});

function checkQuery(query: string): void {
  const names = new Set<string>();
  let position = 1;
  for (const pair of query.split('&')) {
    const [name, value] = pair.split(/=(.*)/su, 2).map((text) => decoded(text.replaceAll('+', ' ')));
    if (name === null || value === null) {
      throw new RequestError(
        'malformed_request',
        `The query is not valid percent-encoding of UTF-8. (parameter at character ${position})`,
      );
    }
    if (name !== undefined && name !== '' && names.has(name)) {
      throw repeated(name);
    }
    names.add(name ?? '');
    position += pair.length + 1;
  }
}

function repeated(name: string): RequestError {
  const detail = `The query parameter ${name} is repeated.`;
  return new RequestError('invalid_params', detail, {
    errors: [{ in: 'query', pointer: jsonPointer([name]), code: 'not_unique', detail }],
  });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/u.test(text);
}
