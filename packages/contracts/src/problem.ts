import { z } from 'zod';
import { chargedAnswers } from './vocabulary.ts';

/** Why a request was refused, with the HTTP status that goes with it. */
export const requestErrorCodes = {
  malformed_request: 400,
  unauthorized: 401,
  delivery_refused: 401,
  max_credits_exceeded: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  state_conflict: 409,
  idempotency_in_progress: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  headers_too_large: 431,
  invalid_params: 422,
  invalid_media: 422,
  unsafe_url: 422,
  input_unreachable: 422,
  price_unknown: 422,
  idempotency_key_reused: 422,
  too_many_requests: 429,
  internal: 500,
  provider_error: 502,
  unavailable: 503,
  insufficient_storage: 507,
} as const;
/** Why a request was refused. Stable; decide by it. */
export type RequestErrorCode = keyof typeof requestErrorCodes;

/** The error classes of the provider contract; each has one HTTP status. */
export const providerErrorClasses = {
  AuthenticationError: 401,
  QuotaExceededError: 402,
  JobNotFoundError: 404,
  InvalidRequestError: 422,
  RateLimitError: 429,
  ConcurrencyLimitError: 429,
  ContentFilteredError: 451,
  ProviderError: 500,
  ProviderUnavailableError: 503,
} as const;
/** The kind of a provider error. */
export type ProviderErrorClass = keyof typeof providerErrorClasses;

/** Why a job failed. Refused requests and failed jobs share the members of the error, not the list. */
export const jobErrorCodes = [
  'credentials_invalid',
  'insufficient_credits',
  'provider_job_not_found',
  'provider_rejected',
  'rate_limited',
  'concurrency_limit',
  'input_moderated',
  'output_moderated',
  'provider_failed',
  'provider_unavailable',
  'timed_out',
  'outcome_unknown',
  'asset_lost',
  'account_unavailable',
  'input_unavailable',
  'input_rejected',
  'internal',
] as const;
/** Why a job failed. Stable; decide by it. */
export type JobErrorCode = (typeof jobErrorCodes)[number];

/** Parts of a request that a value can be in. */
export const requestParts = ['body', 'query', 'header', 'path'] as const;
/** The part of a request that a value is in. */
export type RequestPart = (typeof requestParts)[number];

/** One value that has to change, addressed so that a form can show it in place. */
export const problemFieldSchema = z
  .object({
    in: z.enum(requestParts).meta({ description: 'The part of the request that the pointer is about.' }),
    pointer: z.string().meta({
      description: 'JSON pointer into the body; for the other parts a slash and the name.',
      example: '/params/duration',
    }),
    code: z.string().meta({ example: 'not_allowed' }),
    detail: z.string(),
    allowed: z.unknown().optional().meta({ description: 'The allowed values, or their range.' }),
  })
  .meta({ id: 'ProblemField' });
type WholeProblemField = z.infer<typeof problemFieldSchema>;
/** Most values are in the body, so its checks leave that out. */
export type ProblemField = Omit<WholeProblemField, 'in'> & Partial<Pick<WholeProblemField, 'in'>>;

/** Enough to fix a request; without a bound, a request of 13 MB was answered with 361 MB of errors. */
export const maxErrorsShown = 20;

/** The body of every error reply (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: '/docs/problems/invalid_params' }),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(requestErrorCodes) as [RequestErrorCode, ...RequestErrorCode[]]),
    detail: z.string(),
    errors: z
      .array(problemFieldSchema)
      .max(maxErrorsShown)
      .meta({ description: `The first ${maxErrorsShown} values that must change.` }),
    more_errors: z
      .number()
      .int()
      .optional()
      .meta({ description: 'The number of further errors; absent when all are shown.' }),
    retryable: z.boolean(),
    charged: z.enum(chargedAnswers),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem+json.' });
/** An error reply. */
export type Problem = z.infer<typeof problemSchema>;

/** Media type of every error reply (RFC 9457). */
export const problemMediaType = 'application/problem+json';

/** Titles are constant per code (RFC 9457 asks for it); the detail carries what differs. */
export const problemTitles: Readonly<Record<RequestErrorCode, string>> = {
  malformed_request: 'Malformed request',
  unauthorized: 'API key required',
  delivery_refused: 'Delivery refused',
  max_credits_exceeded: 'Price above the bound',
  forbidden: 'Forbidden',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  request_timeout: 'Request timed out',
  state_conflict: 'Conflict with the current state',
  idempotency_in_progress: 'First request with this key still running',
  payload_too_large: 'Body too large',
  unsupported_media_type: 'Unsupported media type',
  range_not_satisfiable: 'Range not satisfiable',
  headers_too_large: 'Headers too large',
  invalid_params: 'Invalid parameters',
  invalid_media: 'Media file not usable',
  unsafe_url: 'URL not allowed',
  input_unreachable: 'Input could not be fetched',
  price_unknown: 'Price unknown',
  idempotency_key_reused: 'Idempotency-Key reused with another request',
  too_many_requests: 'Too many requests',
  internal: 'Internal error',
  provider_error: 'Provider error',
  unavailable: 'Service unavailable',
  insufficient_storage: 'Not enough storage',
};
