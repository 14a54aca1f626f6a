/** One finding of the validation of a body, in the form of zod. */
export interface Issue {
  readonly code: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly [detail: string]: unknown;
}

const documentationUrl = 'https://docs.dev.runwayml.com/api';

/** Runway says no; `error` is what its reply says. */
export class RunwayRefusal extends Error {
  override readonly name = 'RunwayRefusal';
  readonly status: number;
  readonly issues: readonly Issue[] | null;

  constructor(status: number, error: string, issues: readonly Issue[] | null = null) {
    super(error);
    this.status = status;
    this.issues = issues;
  }
}

export function validationFailed(issues: readonly Issue[]): RunwayRefusal {
  return new RunwayRefusal(400, 'Validation of body failed', issues);
}

export function outOfCredits(): RunwayRefusal {
  return new RunwayRefusal(400, 'You do not have enough credits to run this task.');
}

export function dailyLimitReached(): RunwayRefusal {
  return new RunwayRefusal(429, 'You have reached your daily generation limit for this model.');
}

export function taskNotFound(): RunwayRefusal {
  return new RunwayRefusal(404, 'Task not found.');
}

/** Replies recorded by third parties have `error` always, `docUrl` with a 400, and `issues` when validation failed. */
export function refusalResponse({ status, message, issues }: RunwayRefusal): Response {
  return Response.json(
    {
      error: message,
      ...(issues === null ? {} : { issues }),
      ...(status === 400 ? { docUrl: documentationUrl } : {}),
    },
    { status },
  );
}

const plainErrors: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'The API key is missing or not valid.',
  403: 'The API key has no access to this.',
  404: 'Not found.',
  405: 'Method not allowed.',
  429: 'Too many requests.',
};

/** The envelope of an HTTP status, for the fault `err_code`. */
export function replyOfStatus(status: number): Response {
  const known = status >= 200 && status <= 599 ? status : 500;
  return refusalResponse(new RunwayRefusal(known, plainErrors[known] ?? 'Something went wrong.'));
}
