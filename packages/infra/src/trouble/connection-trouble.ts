import type { TroubleCode } from '@pixsim7/contracts';
import { codeOf, reasonOf, errorsIn } from './causes.ts';
import type { Trouble } from './trouble.ts';

/** The name of a server in sentences, and the settings with its address. */
export interface NamedServer {
  /** Begins a sentence: `PostgreSQL`. */
  readonly name: string;
  /** The setting with its address: `DATABASE_URL`. */
  readonly setting: string;
  /** The setting for the certificate of a private authority; completes "Name its CA file …". */
  readonly ownCa: string;
}

interface Meaning {
  readonly code: TroubleCode;
  /** Completes "<server> cannot be reached: …" */
  readonly what: string;
  readonly advice: (server: NamedServer) => string;
}

const checkHost = ({ setting }: NamedServer): string => `Check the host in ${setting}, and DNS.`;
const checkAddress = ({ setting }: NamedServer): string =>
  `Start it, or correct the host and port in ${setting}.`;
const checkWay = ({ name, setting }: NamedServer): string =>
  `Check whether ${name} is overloaded or stopped, whether a firewall is in the way, and whether host and port in ${setting} are right.`;
const checkTls = ({ name, setting }: NamedServer): string =>
  `See the log of ${name}. If it expects TLS, ${setting} must ask for it.`;
const checkPath = ({ setting }: NamedServer): string => `Check the path in ${setting}, and who can read it.`;
const trustCa = ({ ownCa }: NamedServer): string => `Name its CA file ${ownCa}.`;
const renewCertificate = (): string => 'Renew its certificate, and check the clocks of both machines.';
const useNameOfCertificate = ({ setting }: NamedServer): string =>
  `Use a host in ${setting} that the certificate names, or give it a certificate for this host.`;
const turnTlsOff = ({ setting }: NamedServer): string =>
  `Turn on TLS there, or remove it from ${setting}; check the port.`;

const unknownName: Meaning = { code: 'host_unknown', what: 'its host name is not known', advice: checkHost };
const refused: Meaning = {
  code: 'connection_refused',
  what: 'nothing accepts connections at its address',
  advice: checkAddress,
};
const silent: Meaning = { code: 'no_answer', what: 'it does not answer in time', advice: checkWay };
const noWay: Meaning = { code: 'no_answer', what: 'no network route leads to its address', advice: checkWay };
const lost: Meaning = { code: 'connection_lost', what: 'the connection was closed', advice: checkTls };
const untrusted: Meaning = {
  code: 'tls_failed',
  what: 'its certificate comes from an authority that this process does not trust',
  advice: trustCa,
};
const expired: Meaning = {
  code: 'tls_failed',
  what: 'its certificate is not valid now',
  advice: renewCertificate,
};
const otherHost: Meaning = {
  code: 'tls_failed',
  what: 'its certificate is for another host',
  advice: useNameOfCertificate,
};
const noTls: Meaning = { code: 'tls_failed', what: 'it does not speak TLS there', advice: turnTlsOff };

const noFile: Meaning = { code: 'tls_failed', what: 'a certificate file cannot be read', advice: checkPath };

/** By the codes of Node, OpenSSL and undici. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: unknownName,
  EAI_AGAIN: { ...unknownName, what: 'DNS does not answer' },
  ECONNREFUSED: refused,
  ENOENT: { ...refused, what: 'its socket does not exist', advice: checkPath },
  EACCES: { ...refused, what: 'this user is not allowed to use its socket', advice: checkPath },
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  UND_ERR_HEADERS_TIMEOUT: silent,
  UND_ERR_BODY_TIMEOUT: silent,
  EHOSTUNREACH: noWay,
  EHOSTDOWN: noWay,
  ENETUNREACH: noWay,
  ENETDOWN: noWay,
  ECONNRESET: lost,
  ECONNABORTED: lost,
  EPIPE: lost,
  UND_ERR_SOCKET: lost,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  INVALID_CA: untrusted,
  CERT_REVOKED: { ...expired, what: 'its certificate was revoked' },
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: expired,
  ERR_TLS_CERT_ALTNAME_INVALID: otherHost,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

/** By the names and words of libraries that give no code. */
const meaningsByWords: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:TimeoutError|TooSlowError)$/u, silent],
  [/does not support SSL/iu, noTls],
  [/time(?:d )?out/iu, silent],
  [/self-signed certificate|unable to (?:verify|get)/iu, untrusted],
  [
    /connection (?:is closed|terminated|ended)|socket (?:hang up|closed)|other side closed|Stream isn't writeable/iu,
    lost,
  ],
];

/** Explains an error of the network; null for any other error. */
export function connectionTrouble(error: unknown, server: NamedServer): Trouble | null {
  for (const cause of errorsIn(error)) {
    const meaning = meaningOf(cause);
    if (meaning === null) {
      continue;
    }
    return {
      code: meaning.code,
      summary: `${server.name} cannot be reached: ${meaning.what}.`,
      reason: reasonOf(error),
      advice: meaning.advice(server),
    };
  }
  return null;
}

function meaningOf(error: Error): Meaning | null {
  // The only files that are opened on the way to a server are those of certificates.
  if ('syscall' in error && error.syscall === 'open') {
    return noFile;
  }
  const known = meanings[codeOf(error) ?? ''];
  if (known !== undefined) {
    return known;
  }
  const byWords = meaningsByWords.find(([words]) => words.test(error.name) || words.test(error.message));
  return byWords?.[1] ?? null;
}
