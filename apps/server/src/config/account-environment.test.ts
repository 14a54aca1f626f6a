import { describe, expect, it } from 'vitest';
import {
  allowedOrigins,
  baseUrlVariable,
  credentialVariable,
  readEnvironmentAccounts,
} from './account-environment.ts';
import { ConfigurationError } from './settings.ts';

const acme = { id: 'acme', credentials: [{ name: 'api_key', description: '' }] };
const twoPart = {
  id: 'two-part',
  credentials: [
    { name: 'access_key', description: '' },
    { name: 'secret', description: '' },
  ],
};

describe('accounts from the environment', () => {
  it('names variables after provider and credential', () => {
    expect(credentialVariable('two-part', 'access_key')).toBe('TWO_PART_ACCESS_KEY');
    expect(baseUrlVariable('acme')).toBe('ACME_BASE_URL');
  });

  it('makes one for each provider whose credentials are all there', () => {
    const environment = { ACME_API_KEY: 'k', TWO_PART_ACCESS_KEY: 'a' };
    expect(readEnvironmentAccounts(environment, [acme, twoPart])).toEqual([
      { providerId: 'acme', credentials: { api_key: 'k' }, baseUrl: null },
    ]);
  });

  it('takes another address', () => {
    const environment = { ACME_API_KEY: 'k', ACME_BASE_URL: 'http://127.0.0.1:9100' };
    expect(readEnvironmentAccounts(environment, [acme])[0]?.baseUrl).toBe('http://127.0.0.1:9100');
  });

  it.each(['ftp://127.0.0.1', 'http://user:hunter2@127.0.0.1', 'http://127.0.0.1/?a=1', 'nonsense'])(
    'refuses the address %s and names its variable, without quoting it',
    (address) => {
      const environment = { ACME_API_KEY: 'k', ACME_BASE_URL: address };
      const read = () => readEnvironmentAccounts(environment, [acme]);
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow('ACME_BASE_URL: must be');
      expect(read).not.toThrow('hunter2');
    },
  );

  it('are allowed to use addresses that are not on the list of the operator', () => {
    const accounts = [{ baseUrl: 'http://127.0.0.1:9100/openapi' }, { baseUrl: null }];
    expect(allowedOrigins(['https://api.example.com'], accounts)).toEqual([
      'https://api.example.com',
      'http://127.0.0.1:9100',
    ]);
    expect(allowedOrigins([], accounts)).toEqual([]);
  });

  it('takes an empty credential as missing', () => {
    expect(readEnvironmentAccounts({ ACME_API_KEY: '' }, [acme])).toEqual([]);
  });

  it('makes none for a provider without credentials, because nothing asked for it', () => {
    expect(readEnvironmentAccounts({}, [{ id: 'open', credentials: [] }])).toEqual([]);
  });
});
