import { RequestError } from '@pixsim7/core';
import { placeOf } from './text-place.ts';

/** The body is not JSON, so the place is a line and a column instead of a pointer. */
export function malformed(bytes: Uint8Array, offset: number, detail: string): RequestError {
  return new RequestError('malformed_request', `${detail} (${placeOf(bytes, offset)})`);
}

/** One value of the body must change. */
export function refusedValue(pointer: string, code: string, detail: string, allowed?: unknown): RequestError {
  return new RequestError('invalid_params', `${pointer === '' ? 'The body' : pointer}: ${detail}`, {
    errors: [{ pointer, code, detail, ...(allowed === undefined ? {} : { allowed }) }],
  });
}
