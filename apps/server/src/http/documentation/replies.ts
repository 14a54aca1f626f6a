import { problemMediaType, problemSchema } from '@pixsim7/contracts';
import { z } from 'zod';

const problemContent = { [problemMediaType]: { schema: problemSchema } } as const;

/** Every route can refuse; which code comes when is in the reference of the codes. */
export const refusal = {
  '4XX': {
    description: 'Refused. `code` says why; nothing was created and nothing was spent.',
    content: problemContent,
  },
  '5XX': {
    description: 'Failed. `code` says why, and `charged` whether something may have been spent.',
    content: problemContent,
  },
} as const;

/** A route that needs no API key. */
export const noSecurity: [] = [];

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
