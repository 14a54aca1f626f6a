import { z } from 'zod';
import { manifestSchema } from '../backup/manifest.ts';
import { apiKeyRotationSchema, longestOverlapS } from '../keys/rotate-api-key.ts';
import { secretRotationSchema } from '../keys/rotate-secret-key.ts';

/** A command's request and its reply. */
export const controlCommands = {
  backup: {
    request: z.strictObject({
      command: z.literal('backup'),
      /** Absolute, because the two programs may have different working folders. */
      directory: z.string(),
      with_keys: z.boolean(),
    }),
    result: manifestSchema,
  },
  rotate_secret_key: {
    request: z.strictObject({ command: z.literal('rotate_secret_key'), forget_previous: z.boolean() }),
    result: secretRotationSchema,
  },
  rotate_api_key: {
    request: z.strictObject({
      command: z.literal('rotate_api_key'),
      overlap_s: z.int().min(0).max(longestOverlapS),
    }),
    result: apiKeyRotationSchema,
  },
} as const;

export type ControlCommand = keyof typeof controlCommands;
export type ControlRequest<Command extends ControlCommand = ControlCommand> = {
  [Name in Command]: z.output<(typeof controlCommands)[Name]['request']>;
}[Command];
export type ControlResult<Command extends ControlCommand> = z.output<
  (typeof controlCommands)[Command]['result']
>;

/** Carries a command out. The signal is aborted when the client goes away or the server stops. */
export type ControlHandlers = {
  readonly [Command in ControlCommand]: (
    request: ControlRequest<Command>,
    signal: AbortSignal,
  ) => Promise<ControlResult<Command>>;
};

/** One line of JSON from the command to the server. Closing the connection calls the work off. */
export const controlRequestSchema = z.discriminatedUnion('command', [
  controlCommands.backup.request,
  controlCommands.rotate_secret_key.request,
  controlCommands.rotate_api_key.request,
]);

/** One line of JSON back, and the end. */
export const controlReplySchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('done'), result: z.unknown() }),
  z.strictObject({ outcome: z.literal('failed'), message: z.string() }),
]);
export type ControlReply = z.output<typeof controlReplySchema>;

/** A request is two paths long. */
export const longestRequest = 64 * 1024;
