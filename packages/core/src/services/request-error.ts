import { requestErrorCodes, type ProblemField, type RequestErrorCode } from '@pixsim7/contracts';

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

/** The refusal for values that have to change; the detail counts them. */
export function invalidParameters(errors: readonly ProblemField[]): RequestError {
  const onlyMedia = errors.every((error) => error.code === 'invalid_media');
  return new RequestError(
    onlyMedia ? 'invalid_media' : 'invalid_params',
    errors.length === 1 && errors[0] !== undefined
      ? `${errors[0].pointer}: ${errors[0].detail}`
      : `${errors.length} values need changing.`,
    { errors },
  );
}
