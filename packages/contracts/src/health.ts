import { z } from 'zod';
import { troubleCodes } from './vocabulary.ts';

const check = z.object({
  status: z.enum(['ok', 'degraded', 'down', 'not_configured']),
  detail: z.string(),
  /** Present when the server behind this check cannot be used, or not fully. */
  code: z.enum(troubleCodes).optional(),
});

/** Reply of `GET /health`: the server, and each part that it stands on. */
export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    /** `refused`: it answers, and does not do what it is asked. */
    database: z.enum(['connected', 'refused', 'disconnected']),
    redis: z.enum(['connected', 'not_configured', 'refused', 'disconnected']),
    providers: z.array(z.string()),
    mode: z.enum(['embedded', 'cluster']),
    version: z.string(),
    checks: z.record(z.string(), check),
  })
  .meta({ id: 'Health' });
/** The health of a server. */
export type Health = z.infer<typeof healthSchema>;

/** Reply of `GET /ready`: whether requests should be sent here. */
export const readySchema = z.object({ ready: z.boolean(), detail: z.string() }).meta({ id: 'Ready' });
