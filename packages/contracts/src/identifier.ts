import { z } from 'zod';

/** Prefix of every id: an id read in a log line says what it names. */
export const identifierPrefixes = {
  job: 'job',
  submission: 'sub',
  asset: 'ast',
  account: 'acc',
  event: 'evt',
  request: 'req',
  workspace: 'wsp',
  user: 'usr',
  apiKey: 'key',
} as const;
/** A kind of thing that has ids. */
export type IdentifierKind = keyof typeof identifierPrefixes;

declare const brand: unique symbol;
/** A string that names one kind of thing; ids of different kinds cannot be mixed up by the compiler. */
export type Identifier<Kind extends IdentifierKind> = `${(typeof identifierPrefixes)[Kind]}_${string}` & {
  readonly [brand]: Kind;
};

/** `job_` and 26 characters. */
export type JobId = Identifier<'job'>;
/** `sub_` and 26 characters. */
export type SubmissionId = Identifier<'submission'>;
/** `ast_` and 26 characters. */
export type AssetId = Identifier<'asset'>;
/** `acc_` and 26 characters. */
export type AccountId = Identifier<'account'>;
/** `evt_` and 26 characters. */
export type EventId = Identifier<'event'>;
/** `req_` and 26 characters; every reply carries one. */
export type RequestId = Identifier<'request'>;
/** `wsp_` and 26 characters. */
export type WorkspaceId = Identifier<'workspace'>;
/** `usr_` and 26 characters. */
export type UserId = Identifier<'user'>;
/** `key_` and 26 characters; not the key itself. */
export type ApiKeyId = Identifier<'apiKey'>;

/** 26 characters of Crockford base 32: 48 bits of time, 80 bits of randomness (the ULID layout), in lower case. */
const bodyPattern = '[0-9a-hjkmnp-tv-z]{26}';

/** Whether a text has the form of an id of this kind. It says nothing about whether the thing exists. */
export function isIdentifier<Kind extends IdentifierKind>(
  kind: Kind,
  value: string,
): value is Identifier<Kind> {
  return new RegExp(`^${identifierPrefixes[kind]}_${bodyPattern}$`).test(value);
}

/** Zod schema of an id of one kind. */
export function identifierSchema<Kind extends IdentifierKind>(kind: Kind): z.ZodType<Identifier<Kind>> {
  const prefix = identifierPrefixes[kind];
  const error = `must be an id such as ${prefix}_01k3v5m2q8r7t9w0x4y6z1a2b3`;
  // Without flags, which the document would show as part of the pattern. A plain string there, so `nullable` and lists of it are written like those of any other string.
  const schema: z.ZodType<string> = z
    .string({ error })
    .regex(new RegExp(`^${prefix}_${bodyPattern}$`), { error });
  return schema as z.ZodType<Identifier<Kind>>;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes sortable ids. Clock and randomness come in from outside so that a test or a simulation repeats exactly.
 *
 * @param now milliseconds since the epoch
 * @param randomBytes returns that many random bytes
 */
export function createIdentifierFactory(
  now: () => number,
  randomBytes: (length: number) => Uint8Array,
): <Kind extends IdentifierKind>(kind: Kind) => Identifier<Kind> {
  return (kind) => {
    let time = now();
    let timePart = '';
    for (let index = 0; index < 10; index += 1) {
      timePart = alphabet.charAt(time % 32) + timePart;
      time = Math.floor(time / 32);
    }
    // One byte per character wastes three bits of each and keeps the code free of bit carrying.
    const randomPart = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('');
    return `${identifierPrefixes[kind]}_${timePart}${randomPart}` as Identifier<typeof kind>;
  };
}
