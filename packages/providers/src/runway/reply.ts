import { z } from 'zod';

/** One answer, whatever its status. */
export interface RunwayReply {
  readonly status: number;
  /** Parsed JSON; undefined when the body is something else. */
  readonly body: unknown;
  /** The moment of the answer by Runway's own clock (header `Date`), in milliseconds since 1970. Lifetimes count from here. */
  readonly date: number | null;
  readonly retryAfterSeconds: number | null;
}

/** There was no answer, or only part of one. */
export class RunwayConnectionError extends Error {
  override readonly name = 'RunwayConnectionError';
  /** Of the system or of `fetch`, e.g. `ECONNRESET`. */
  readonly code: string;
  /** False only when no connection came about. */
  readonly mayHaveArrived: boolean;

  constructor(code: string, mayHaveArrived: boolean) {
    super(`There was no usable answer: ${code}.`);
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }
}

const credits = z.looseObject({ credits: z.number() });

/** Ids are UUIDs today. The id is stored with the attempt, so a reply with a far longer one counts as unusable. */
const maxIdLength = 200;

export const createdTaskSchema = z.looseObject({
  id: z.string().min(1).max(maxIdLength),
  // Older versions of the API did not say it.
  estimatedCost: credits.optional(),
});

/** Everything but id and status differs by status, and older answers lack costs. */
export const taskSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  progress: z.number().optional(),
  cost: credits.optional(),
  output: z.array(z.string()).optional(),
  failure: z.string().nullish(),
  failureCode: z.string().nullish(),
});
export type RunwayTask = z.infer<typeof taskSchema>;

export const uploadSchema = z.looseObject({
  uploadUrl: z.url(),
  fields: z.record(z.string(), z.string()),
  runwayUri: z.string().min(1),
});

export const organizationSchema = z.looseObject({ creditBalance: z.number() });

/** `issues` comes with a body that failed validation. */
export const refusalSchema = z.looseObject({
  error: z.string(),
  issues: z
    .array(
      z.looseObject({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        message: z.string().default(''),
      }),
    )
    .optional(),
});
export type RunwayRefusal = z.infer<typeof refusalSchema>;
