import type { JsonValue } from '../http/lossless-json.ts';
import type { SuccessMessage } from './error-codes.ts';
import type { Account, Entry, Generation } from './store.ts';

/** The account that calls, and the moment of the call. */
export interface Caller {
  readonly account: Account;
  readonly traceId: string;
  readonly now: number;
}

export interface EndpointRequest {
  readonly url: URL;
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The part of the path that `{id}` stands for. */
  readonly id: string;
}

/** The outcome of a call: facts to write down, and a reply that may go out once they are. */
export interface Decision {
  readonly message: SuccessMessage;
  readonly resp: JsonValue;
  readonly entries: readonly Entry[];
  readonly started: Generation | null;
}

/**
 * One endpoint in two steps, each of which may throw `PixverseRefusal`. `read` may wait (for bytes, for a file to be looked at). `decide` may not: between
 * its checks of credits and slots and the writing of its facts no other call gets in.
 */
export interface Endpoint<Input> {
  read(request: EndpointRequest): Promise<Input>;
  decide(input: Input, caller: Caller): Decision;
}

export function decision(message: SuccessMessage, resp: JsonValue, entries: readonly Entry[] = []): Decision {
  return { message, resp, entries, started: null };
}
