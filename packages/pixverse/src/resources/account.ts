import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { RequestOptions, Transport } from '../transport/call.ts';
import { readNumber } from './read-fields.ts';

/** Credits of the platform account (not those of the web application). 1 credit costs 0.01 USD. */
export interface AccountBalance {
  readonly account_id: PixVerseId;
  /** Left of the monthly plan. */
  readonly credit_monthly: number;
  /** Left of the packages bought. */
  readonly credit_package: number;
}

/** Credits of the account. */
export class Account {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws {PixVerseError} */
  async balance(options: RequestOptions = {}): Promise<AccountBalance> {
    return this.#transport.send(
      { kind: 'read', method: 'GET', path: '/account/balance', readReply: readBalance },
      options,
    );
  }
}

function readBalance(reply: JsonValue | undefined): AccountBalance | undefined {
  const fields = asJsonObject(reply);
  const accountId = readPixVerseId(fields?.['account_id']);
  const monthly = readNumber(fields?.['credit_monthly']);
  const bought = readNumber(fields?.['credit_package']);
  if (accountId === undefined || monthly === undefined || bought === undefined) {
    return undefined;
  }
  return { account_id: accountId, credit_monthly: monthly, credit_package: bought };
}
