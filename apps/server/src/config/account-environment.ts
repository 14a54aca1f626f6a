import { isPlainAddress } from '@pixsim7/contracts';
import type { ProviderManifest } from '@pixsim7/contracts';
import { ConfigurationError } from './settings.ts';

/** An account that the environment describes. */
export interface EnvironmentAccount {
  readonly providerId: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly baseUrl: string | null;
}

/** Environment variable of a credential, e.g. `ACME_API_KEY` for the credential `api_key` of the provider `acme`. */
export function credentialVariable(providerId: string, credential: string): string {
  return `${providerId}_${credential}`.toUpperCase().replaceAll('-', '_');
}

export function baseUrlVariable(providerId: string): string {
  return credentialVariable(providerId, 'base_url');
}

/**
 * One account for each provider whose required credentials are all set.
 *
 * @throws ConfigurationError when an address is not valid for an account
 */
export function readEnvironmentAccounts(
  environment: Readonly<Record<string, string | undefined>>,
  manifests: readonly Pick<ProviderManifest, 'id' | 'credentials'>[],
): EnvironmentAccount[] {
  return manifests.flatMap(({ id, credentials }) => {
    const given = credentials.map(({ name, optional }) => ({
      name,
      optional,
      value: environment[credentialVariable(id, name)] ?? '',
    }));
    if (given.length === 0 || given.some(({ optional, value }) => optional !== true && value === '')) {
      return [];
    }
    const set = given.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]);
    const baseUrl = environment[baseUrlVariable(id)] ?? '';
    if (baseUrl !== '' && !isPlainAddress(baseUrl)) {
      throw new ConfigurationError([
        `${baseUrlVariable(id)}: must be an http or https URL without user name, password, query or fragment`,
      ]);
    }
    return [
      { providerId: id, credentials: Object.fromEntries(set), baseUrl: baseUrl === '' ? null : baseUrl },
    ];
  });
}

/**
 * Origins that the `base_url` of an account may have: the list of the operator and the addresses from the environment. Empty:
 * any.
 */
export function allowedOrigins(
  listed: readonly string[],
  accounts: readonly Pick<EnvironmentAccount, 'baseUrl'>[],
): string[] {
  if (listed.length === 0) {
    return [];
  }
  return [
    ...listed,
    ...accounts.flatMap(({ baseUrl }) => (baseUrl === null ? [] : [new URL(baseUrl).origin])),
  ];
}
