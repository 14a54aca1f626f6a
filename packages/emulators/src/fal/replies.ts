/** An item of the list that models refuse with (fal documentation, errors). */
export interface Detail {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** fal says no: becomes a reply. */
export class FalRefusal extends Error {
  override readonly name = 'FalRefusal';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`HTTP ${reply.status}`);
    this.reply = reply;
  }
}

export function responseOf({ status, body, headers }: Reply): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** The form of a model. */
export function modelRefusal(status: number, details: readonly Detail[], isRetryable: boolean): Reply {
  const detail = details.map((item) => ({ ...item, url: `https://docs.fal.ai/errors/#${item.type}` }));
  return { status, body: { detail }, headers: { 'x-fal-retryable': String(isRetryable) } };
}

/** The form of the queue and the gateway. */
export function queueRefusal(status: number, detail: string, type: string | null = null): Reply {
  return {
    status,
    body: { detail, ...(type === null ? {} : { error_type: type }) },
    headers: {
      ...(type === null ? {} : { 'x-fal-error-type': type }),
      ...(status === 429 ? { 'retry-after': '2' } : {}),
    },
  };
}

// Texts as recorded in issues of fal's own client; clients tell the two 403 apart by them.
export const exhausted = queueRefusal(
  403,
  'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
);
export const locked = queueRefusal(403, 'User is locked. Reason: Admin lock.');
export const badKey = queueRefusal(401, 'No user found for Key ID and Secret');
export const unknownApplication = queueRefusal(404, 'Application not found');
export const unknownRequest = queueRefusal(404, 'Request not found');

const typeByStatus: Readonly<Record<number, string>> = {
  500: 'internal_server_error',
  502: 'downstream_service_error',
  503: 'runner_scheduling_failure',
  504: 'request_timeout',
};

/** The answer of fal under a status, for a fault that names nothing else. */
export function replyOfStatus(status: number): Reply {
  switch (status) {
    case 401:
      return badKey;
    case 403:
      return exhausted;
    case 404:
      return unknownApplication;
    case 422:
      return modelRefusal(422, [{ loc: ['body'], msg: 'Value error', type: 'value_error' }], false);
    default:
      return queueRefusal(status, `fal answers with ${status}`, typeByStatus[status] ?? null);
  }
}

/** A repeat of the same request can help against these. */
const retryableTypes: readonly string[] = ['file_download_error', 'no_media_generated', 'generation_timeout'];

/** A reply of a status and a type, in the form that the two occur in. */
export function replyOfType(status: number, type: string): Reply {
  switch (type) {
    case 'exhausted':
      return exhausted;
    case 'locked':
      return locked;
    case 'plain':
      return queueRefusal(status, 'Something is not as it should be');
    case 'user_timeout': {
      const reply = queueRefusal(status, 'Request timed out', 'request_timeout');
      return { ...reply, headers: { ...reply.headers, 'x-fal-request-timeout-type': 'user' } };
    }
    default:
      return status === 422 || type === 'generation_timeout'
        ? modelRefusal(
            status,
            [{ loc: ['body', 'prompt'], msg: `The model says ${type}`, type }],
            retryableTypes.includes(type),
          )
        : queueRefusal(status, `fal says ${type}`, type);
  }
}
