import { problemMediaType, problemSchema } from '@pixsim7/contracts';
import { z } from 'zod';

/** Every route can refuse; which code comes when is in the reference of the codes. */
export const refusal = {
  default: {
    description:
      'Refused. `code` says why; nothing was created and nothing was spent unless `charged` says else.',
    content: { [problemMediaType]: { schema: problemSchema } },
  },
} as const;

export function jsonReply<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Ids in a path are not checked for their form: what does not exist is `not_found`, however it is written. */
export function idInPath(example: string) {
  return z.object({ id: z.string().meta({ example }) });
}

export const bearerSecurity = [{ apiKey: [] }, { apiKeyHeader: [] }];
