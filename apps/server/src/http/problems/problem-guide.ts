import type { RequestErrorCode } from '@pixsim7/contracts';

/** Why a request is refused with a code, and what helps. */
export interface ProblemAdvice {
  readonly cause: string;
  readonly cure: string;
}

/** One entry for each code; the page of a problem and the table of the guide show them. */
export const problemGuide: Readonly<Record<RequestErrorCode, ProblemAdvice>> = {
  malformed_request: {
    cause: 'The request is not valid HTTP, or its body is not valid JSON or multipart.',
    cure: 'Correct what `detail` points at. Most HTTP libraries always write valid requests.',
  },
  unauthorized: {
    cause: 'The API key is missing or wrong.',
    cure: 'Send `Authorization: Bearer <key>`. The server writes its key to `data/api-key` at its first start, unless API_KEY is set.',
  },
  delivery_refused: {
    cause: 'A webhook from a provider has no valid signature, or is too old.',
    cure: 'Check the webhook secret of the account. Until then the job is polled, so nothing is lost.',
  },
  max_credits_exceeded: {
    cause: 'The job costs more than `max_credits` or `max_cost_usd` allows.',
    cure: 'Raise the bound, or choose a shorter duration or a lower quality. `POST /api/v1/quotes` returns the price.',
  },
  forbidden: {
    cause: 'The API key does not have the scope that this request requires.',
    cure: 'Use a key with the scope that `detail` names.',
  },
  not_found: {
    cause: 'The path or the id does not exist, or the id belongs to another workspace.',
    cure: 'Check the address. `/docs` lists every path.',
  },
  method_not_allowed: {
    cause: 'The path exists, but not with this method.',
    cure: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    cause: 'The headers or the body arrived too slowly.',
    cure: 'Send the request again. Upload large files to `POST /api/v1/assets`.',
  },
  state_conflict: {
    cause: 'The state of the job or account does not allow this, or somebody changed it at the same time.',
    cure: 'Read it again, then decide.',
  },
  idempotency_in_progress: {
    cause: 'The first request with this Idempotency-Key is still being accepted.',
    cure: 'Send the same request again in a moment.',
  },
  payload_too_large: {
    cause: 'The body or the file is larger than the server or the provider allows.',
    cure: 'Send a smaller one. Upload large files to `POST /api/v1/assets` and use the asset id.',
  },
  unsupported_media_type: {
    cause: 'This path does not accept the content type or the encoding of the body.',
    cure: 'Send `application/json` without compression, or `multipart/form-data` for an upload.',
  },
  range_not_satisfiable: {
    cause: 'The range lies outside the file.',
    cure: 'Ask for a range within the size that `Content-Range` names.',
  },
  headers_too_large: {
    cause: 'The request line and the headers together are larger than 16 KB.',
    cure: 'Send less. Put long values into the body.',
  },
  invalid_params: {
    cause: 'One or more values have the wrong type, are out of range, or do not exist.',
    cure: 'Change every value in `errors`: `in` and `pointer` say where it is, `allowed` says what fits.',
  },
  invalid_media: {
    cause: 'A file is damaged, has an unsupported format, or is outside the limits of the model.',
    cure: 'Use another file. `detail` says what is wrong with this one.',
  },
  unsafe_url: {
    cause: 'The URL is not http or https, or points into a private network.',
    cure: 'Use a public URL, or upload the file.',
  },
  input_unreachable: {
    cause: 'The file behind a URL could not be fetched.',
    cure: 'Check that the URL opens in a private browser window, or upload the file.',
  },
  price_unknown: {
    cause: 'The request has a bound, but the price of this job, or the value of a credit, is not published.',
    cure: 'Leave the bound out, or choose another model.',
  },
  idempotency_key_reused: {
    cause: 'This Idempotency-Key made a job from another request.',
    cure: 'Use a new key for a new request.',
  },
  too_many_requests: {
    cause: 'The key sends more requests than allowed, or the address tried too many wrong keys.',
    cure: 'Wait as long as `Retry-After` says. Follow `GET /api/v1/events` instead of polling each job.',
  },
  internal: {
    cause: 'An error in the server.',
    cure: 'Look up `request_id` in its log, and report the error. With an Idempotency-Key, sending again is safe.',
  },
  provider_error: {
    cause: 'A provider returned an error to a call that your request was waiting for.',
    cure: 'Try again later if `retryable` is true; otherwise check the account.',
  },
  unavailable: {
    cause: 'The database, the disk or a place for this request is not available right now.',
    cure: 'Send the same request again after `Retry-After`, with the same Idempotency-Key. `/health` says what is wrong.',
  },
  insufficient_storage: {
    cause: 'The disk of the server is full, or only its reserve for accepted jobs is left.',
    cure: 'Free some space on the server; nothing was created or charged.',
  },
};
