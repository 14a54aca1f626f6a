import { z } from 'zod';
import { problemMediaType, problemSchema } from '@pixsim7/contracts';

const problemContent = { [problemMediaType]: { schema: problemSchema } } as const;

/**
 * Every route can refuse; which code comes when is in the guide to errors. `default` has them all; some tools want to see one
 * status of a refusal, and generate invalid code for `4XX`.
 */
export const refusal = {
  400: { description: 'The request could not be read.', content: problemContent },
  default: {
    description:
      'Refused or failed. `code` says why. Nothing was created or spent unless `charged` says otherwise.',
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
