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
export type JobErrorCode = (typeof jobErrorCodes)[number];

/** One field that has to change, addressed so that a form can show it in place. */
export const problemFieldSchema = z
  .object({
    pointer: z
      .string()
      .meta({ description: 'JSON pointer into the request body.', example: '/params/duration' }),
    code: z.string().meta({ example: 'not_allowed' }),
    detail: z.string(),
    allowed: z.unknown().optional().meta({ description: 'The allowed values, or their range.' }),
  })
  .meta({ id: 'ProblemField' });
export type ProblemField = z.infer<typeof problemFieldSchema>;

/** Enough to fix a request; without a bound, a request of 13 MB was answered with 361 MB of errors. */
export const maxErrorsShown = 20;

export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:pixsim7:problem:invalid_params' }),
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
export type Problem = z.infer<typeof problemSchema>;

/** Media type of every error reply (RFC 9457). */
export const problemMediaType = 'application/problem+json';

/** Titles are constant per code (RFC 9457 asks for it); the detail carries what differs. */
export const problemTitles: Readonly<Record<RequestErrorCode, string>> = {
  malformed_request: 'The request could not be read',
  unauthorized: 'An API key is needed',
  delivery_refused: 'The delivery is not believed',
  max_credits_exceeded: 'The job would cost more than max_credits',
  forbidden: 'This key may not do that',
  not_found: 'There is no such thing',
  method_not_allowed: 'This path does not take that method',
  request_timeout: 'The request took too long to arrive',
  state_conflict: 'The current state does not allow it',
  idempotency_in_progress: 'The first request with this key is still being accepted',
  payload_too_large: 'The body is too large',
  unsupported_media_type: 'This media type is not taken here',
  range_not_satisfiable: 'The range lies outside the file',
  headers_too_large: 'The address and the headers are too long',
  invalid_params: 'Some values are not possible',
  invalid_media: 'A media file is not usable',
  unsafe_url: 'This URL may not be fetched',
  input_unreachable: 'An input could not be fetched',
  price_unknown: 'The price is not known',
  idempotency_key_reused: 'This key was used for another request',
  too_many_requests: 'Too many requests',
  internal: 'Something failed on our side',
  provider_error: 'The provider answered with an error',
  unavailable: 'The service is not available right now',
  insufficient_storage: 'The server has no room left for new work',
};
