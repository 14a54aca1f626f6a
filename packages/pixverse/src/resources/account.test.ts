import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';

describe('account.balance', () => {
  it('reads both balances and a long account id', async () => {
    const { client, requests } = testClient([
      success('{"account_id":343252978602905123,"credit_monthly":0,"credit_package":3630}'),
    ]);
    await expect(client.account.balance()).resolves.toEqual({
      account_id: '343252978602905123',
      credit_monthly: 0,
      credit_package: 3630,
    });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://app-api.pixverse.ai/openapi/v2/account/balance',
    });
  });

  it.each([
    'null',
    '{"credit_monthly":1,"credit_package":1}',
    '{"account_id":1,"credit_package":1}',
    '{"account_id":1,"credit_monthly":1,"credit_package":null}',
  ])('does not turn %s into an empty purse', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.account.balance()).rejects.toMatchObject({ code: 'unusable_response' });
  });
});
