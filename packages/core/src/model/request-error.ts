import { requestErrorCodes } from '@pixsim7/contracts';
import type { ProblemField, RequestErrorCode } from '@pixsim7/contracts';

/**
 * A request that is refused. Nothing was created and nothing was spent; the HTTP layer turns it into problem+json.
 *
 * @example throw new RequestError('not_found', 'There is no job job_01….')
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: RequestErrorCode;
  readonly errors: readonly ProblemField[];
  readonly retryable: boolean;
  /** When it makes sense to ask again; null: nobody knows. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: RequestErrorCode,
    detail: string,
    options: {
      errors?: readonly ProblemField[];
      retryable?: boolean;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  get status(): number {
    return requestErrorCodes[this.code];
  }
}

/** Codes of problems that only a file can have. The refusal has the code of its errors where all have the same. */
const fileCodes = [
  'invalid_media',
  'payload_too_large',
  'unsafe_url',
  'input_unreachable',
] as const satisfies RequestErrorCode[];

/** The refusal for values that have to change; the detail counts them. */
export function invalidParameters(errors: readonly ProblemField[], cause?: unknown): RequestError {
  const code = fileCodes.find((known) => errors.every((error) => error.code === known)) ?? 'invalid_params';
  return new RequestError(
    code,
    errors.length === 1 && errors[0] !== undefined
      ? `${errors[0].pointer}: ${errors[0].detail}`
      : `${errors.length} values must change.`,
    { errors, retryable: code === 'input_unreachable', cause },
  );
}
