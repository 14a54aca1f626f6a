import type { TroubleCode } from '@pixsim7/contracts';
import { startRefusingHttp } from '@pixsim7/testkit/servers';
import type { CountingProxy } from './counting-proxy.ts';
import { silence } from './refusal.ts';
import type { ProxiedServer, Refusal } from './refusal.ts';

/** An object store or a provider. */
export interface RefusableHttp extends ProxiedServer {
  /** Port of the one that works. */
  readonly port: number;
  readonly proxy: CountingProxy;
}

function byAnswer(
  name: string,
  code: TroubleCode | null,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): Refusal<RefusableHttp> {
  return {
    name,
    code,
    async apply({ port, proxy }) {
      const refusing = await startRefusingHttp(status, body, headers);
      proxy.leadTo(refusing.port);
      proxy.cut();
      return async () => {
        proxy.leadTo(port);
        await refusing.close();
      };
    },
  };
}

/** The proxy takes the connection and loses it, because nobody listens on port 1. */
function away(code: TroubleCode | null): Refusal<RefusableHttp> {
  return {
    name: 'away',
    code,
    async apply({ port, proxy }) {
      proxy.leadTo(1);
      proxy.cut();
      return async () => proxy.leadTo(port);
    },
  };
}

function s3Answer(
  name: string,
  code: TroubleCode,
  status: number,
  serviceCode: string,
): Refusal<RefusableHttp> {
  return byAnswer(name, code, status, `<Error><Code>${serviceCode}</Code></Error>`, {
    'content-type': 'application/xml',
  });
}

export const storageRefusals: readonly Refusal<RefusableHttp>[] = [
  s3Answer('wrong keys or no right', 'rights_missing', 403, 'AccessDenied'),
  s3Answer('no bucket', 'not_found', 404, 'NoSuchBucket'),
  s3Answer('slow down', 'overloaded', 503, 'SlowDown'),
  s3Answer('another region', 'refused', 400, 'AuthorizationHeaderMalformed'),
  silence('no_answer'),
  away('connection_lost'),
];

const json = { 'content-type': 'application/json' };

/** A provider is not in `/health` by a code: its accounts say what it refuses. */
export const providerRefusals: readonly Refusal<RefusableHttp>[] = [
  byAnswer('HTTP 401', null, 401, '{}', json),
  byAnswer('HTTP 403', null, 403, '{}', json),
  byAnswer('HTTP 429, to be asked again at once', null, 429, '{}', { ...json, 'retry-after': '0' }),
  byAnswer('HTTP 500', null, 500, '{}', json),
  byAnswer('HTTP 503, to be asked again at once', null, 503, '{}', { ...json, 'retry-after': '0' }),
  byAnswer('HTTP 200 with another text', null, 200, '<html></html>', { 'content-type': 'text/html' }),
  silence(null),
  away(null),
];
