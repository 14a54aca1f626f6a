import { z } from 'zod';
import { identifierSchema } from './identifier.ts';
import { prioritySchema, providerIdSchema, requestedProviderSchema } from './job.ts';
import { accountStatuses } from './vocabulary.ts';
import { pageQuerySchema, timestampSchema } from './wire.ts';

const label = z.string().min(1).max(100);
/** The manifest of a provider names what it needs; credentials are write-only. */
const credentials = z.record(z.string().max(60), z.string().min(1).max(4_096));
/** The operator decides where it may point (`ACCOUNT_BASE_URLS`). */
const baseUrl = z
  .string()
  .max(2_048)
  .refine(isPlainAddress, {
    error: 'must be an http or https URL without user name, password, query or fragment',
    params: { allowed: { schemes: ['http', 'https'] } },
  })
  .meta({
    format: 'uri',
    description:
      'A different address for the provider: an http or https URL without user name, password, query or fragment.',
    example: 'https://api.example.com/v1',
  });
const maxConcurrent = z.number().int().min(1).max(1_000);

/** Body of `POST /api/v1/accounts`. Credentials are those that the provider's manifest names. */
export const createAccountRequestSchema = z
  .strictObject({
    provider_id: requestedProviderSchema,
    label,
    credentials: credentials.meta({ example: { api_key: 'your-api-key' } }),
    base_url: baseUrl.optional(),
    max_concurrent: maxConcurrent.optional(),
    priority: prioritySchema.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'CreateAccountRequest' });
/** A new account at a provider. */
export type CreateAccountRequest = z.infer<typeof createAccountRequestSchema>;

/** Body of `PATCH /api/v1/accounts/{id}`: only what is to change. */
export const updateAccountRequestSchema = z
  .strictObject({
    label,
    credentials,
    base_url: baseUrl.nullable(),
    max_concurrent: maxConcurrent,
    priority: prioritySchema,
    enabled: z.boolean(),
  })
  .partial()
  .meta({ id: 'UpdateAccountRequest' });
/** The changes of an account. */
export type UpdateAccountRequest = z.infer<typeof updateAccountRequestSchema>;

/** The balance of an account, in the unit of its provider. `known: false` is not zero: nobody could read it yet. */
export const balanceSchema = z
  .object({
    known: z.boolean(),
    amount: z.number().optional(),
    unit: z.string(),
    held: z.number(),
    spendable: z.number().optional(),
    observed_at: timestampSchema.optional(),
    drift: z.object({ amount: z.number(), since: timestampSchema }).optional().meta({
      description:
        'Difference between the last reading and what the ledger expected since an earlier one; left out while unknown.',
    }),
    problem: z
      .object({
        code: z.string().meta({ example: 'provider_unavailable' }),
        detail: z.string(),
        since: timestampSchema,
      })
      .optional()
      .meta({ description: 'Why the balance has not been read since then; left out if it can be read.' }),
  })
  .meta({ id: 'Balance' });
/** A balance as the API shows it; `spendable` is the amount less what running jobs will probably cost. */
export type Balance = z.infer<typeof balanceSchema>;

/** An account at a provider, never with its credentials. */
export const accountSchema = z
  .object({
    id: identifierSchema('account'),
    object: z.literal('account'),
    provider_id: providerIdSchema,
    label: z.string(),
    base_url: z.string().nullable(),
    max_concurrent: z.number().int(),
    priority: z.number().int(),
    enabled: z.boolean(),
    status: z.enum(accountStatuses),
    reason: z.string().nullable(),
    cooldown_until: timestampSchema.nullable(),
    slots: z.object({ used: z.number().int(), max: z.number().int() }),
    balance: balanceSchema,
    sandbox: z.boolean(),
    webhook_url: z
      .string()
      .nullable()
      .meta({ description: "Address for the provider's webhooks; a secret. Needs PUBLIC_URL." }),
    created_at: timestampSchema,
    updated_at: timestampSchema,
  })
  .meta({ id: 'Account' });
/** An account as the API shows it. */
export type Account = z.infer<typeof accountSchema>;

/** Query of `GET /api/v1/accounts`. */
export const listAccountsQuerySchema = pageQuerySchema.extend({
  provider_id: requestedProviderSchema.optional(),
});
/** Filter and page of a list of accounts. */
export type ListAccountsQuery = z.infer<typeof listAccountsQuerySchema>;

/** Whether a string is an http or https URL without credentials, query and fragment, spelled without characters that parsers change. */
export function isPlainAddress(text: string): boolean {
  // The URL parser removes line breaks and tabs and turns a backslash into a slash, so the text would not be the address used.
  if (!/^https?:\/\/[\x21-\x7e]+$/iu.test(text) || /[\\@?#]/u.test(text) || !URL.canParse(text)) {
    return false;
  }
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '');
}
