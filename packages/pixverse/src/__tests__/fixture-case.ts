import type { PixVerse } from '../client.ts';

/** A call of the typed API, made for one documented example. */
export type FixtureCall = (client: PixVerse) => Promise<unknown>;

/** A documented body, with the call that has to send it. */
export interface BodyCase {
  readonly path: string;
  readonly call: FixtureCall;
}

/** A documented answer, with a call that reads it and the value that it stands for. */
export interface ReplyCase {
  readonly call: FixtureCall;
  readonly reply: unknown;
}

/** A documented refusal, with the error that it becomes. */
export interface RefusalCase {
  readonly httpStatus: number;
  readonly call: FixtureCall;
  readonly error: object;
}
