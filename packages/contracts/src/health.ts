import { z } from 'zod';

const check = z.object({ status: z.enum(['ok', 'degraded', 'down', 'not_configured']), detail: z.string() });

export const healthSchema = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    database: z.enum(['connected', 'disconnected']),
    redis: z.enum(['connected', 'not_configured', 'disconnected']),
    providers: z.array(z.string()),
    mode: z.enum(['embedded', 'cluster']),
    version: z.string(),
    checks: z.record(z.string(), check),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

export const readySchema = z.object({ ready: z.boolean(), detail: z.string() }).meta({ id: 'Ready' });
