import { RequestError } from '@pixsim7/core';
import { placeOf } from './text-place.ts';

/** The body cannot be read. There is no pointer, so the place is a line and a column. */
export function malformed(bytes: Uint8Array, offset: number, detail: string): RequestError {
  return new RequestError('malformed_request', `${detail} (${placeOf(bytes, offset)})`);
}

/** One value of the body has to change. */
export function refusedValue(pointer: string, code: string, detail: string, allowed?: unknown): RequestError {
  return new RequestError('invalid_params', `${pointer === '' ? 'The body' : pointer}: ${detail}`, {
    errors: [{ pointer, code, detail, ...(allowed === undefined ? {} : { allowed }) }],
  });
}
