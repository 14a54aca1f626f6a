import { z } from 'zod';
import { identifierSchema } from './identifier.ts';
import { choiceKinds } from './vocabulary.ts';
import { pageQuerySchema } from './wire.ts';

/** Something that lives at a provider, whose id a parameter takes: a voice, a style or an effect template. */
export const choiceSchema = z
  .object({
    object: z.literal('choice'),
    kind: z.enum(choiceKinds),
    id: z.string().meta({ description: 'The value of the parameter.' }),
    name: z.string(),
    cover_url: z.string().nullable().meta({ description: 'A picture at the provider.' }),
    images: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Pictures that an effect takes, where the provider says it.' }),
  })
  .meta({ id: 'Choice' });
export type Choice = z.infer<typeof choiceSchema>;

/** Query of `GET /api/v1/providers/{id}/choices/{kind}`. */
export const listChoicesQuerySchema = pageQuerySchema.extend({
  account_id: identifierSchema('account').optional().meta({
    description: 'What an account has of its own differs. Left out: the oldest account that can be used.',
  }),
  q: z.string().max(100).optional().meta({ description: 'Part of a name, in upper or lower case.' }),
});
export type ListChoicesQuery = z.infer<typeof listChoicesQuerySchema>;
