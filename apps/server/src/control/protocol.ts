import { z } from 'zod';
import { manifestSchema } from '../backup/manifest.ts';

/** One line of JSON from the command to the server. Closing the connection calls the work off. */
export const controlRequestSchema = z.strictObject({
  command: z.literal('backup'),
  /** Absolute, because the two programs may have different working folders. */
  directory: z.string(),
  with_keys: z.boolean(),
});
export type ControlRequest = z.output<typeof controlRequestSchema>;

/** One line of JSON back, and the end. */
export const controlReplySchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('done'), manifest: manifestSchema }),
  z.strictObject({ outcome: z.literal('failed'), message: z.string() }),
]);
export type ControlReply = z.output<typeof controlReplySchema>;

/** A request is two paths long. */
export const longestRequest = 64 * 1024;
