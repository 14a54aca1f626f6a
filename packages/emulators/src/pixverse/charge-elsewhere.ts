import { ControlBodyError } from '../control/body.ts';
import { readSettings, wholeNumber } from '../control/settings.ts';
import type { SettingField, SettingFields } from '../control/settings.ts';
import { creationTypes, creditsStatuses } from './capabilities.ts';
import type { CreationType, CreditsStatus } from './capabilities.ts';
import { newIdentifier } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { ledgerTimeOf, parseLedgerTime } from './ledger-time.ts';
import type { ForeignCharge } from './store.ts';

interface ChargeBody {
  api_key: string;
  creation_type: CreationType;
  credits_status: CreditsStatus;
  credits: number;
  created_at: number;
}

function oneOf<Value extends string>(values: readonly Value[]): SettingField<Value> {
  return {
    allowed: `one of: ${values.join(', ')}`,
    read: (value) => values.find((known) => known === value),
  };
}

const fields: SettingFields<ChargeBody> = {
  api_key: {
    allowed: 'a key that was used before',
    read: (value) => (typeof value === 'string' ? value : undefined),
  },
  creation_type: oneOf(creationTypes),
  credits_status: oneOf(creditsStatuses),
  credits: wholeNumber(1, 1_000_000),
  created_at: {
    allowed: 'a time as YYYY-MM-DD HH:mm:ss, in UTC',
    read: (value) => (typeof value === 'string' ? (parseLedgerTime(value) ?? undefined) : undefined),
  },
};

/**
 * The control action `charges`: credits that somebody else spent, or got back, with an account that is used here. They change its balance and
 * stand in its ledger. Throws `ControlBodyError`.
 */
export function chargeElsewhere({ store, clock, random }: Emulation, body: unknown): object {
  const given = readSettings(fields, body);
  const { api_key: apiKey, credits } = given;
  if (apiKey === undefined || !store.accounts.has(apiKey)) {
    throw new ControlBodyError('api_key', fields.api_key.allowed);
  }
  if (credits === undefined) {
    throw new ControlBodyError('credits', fields.credits.allowed);
  }
  const charge: ForeignCharge = {
    id: newIdentifier({ store, random }),
    apiKey,
    creationType: given.creation_type ?? 'text_to_video',
    status: given.credits_status ?? 'consume',
    credits,
    at: given.created_at ?? clock(),
  };
  store.commit([{ kind: 'charged_elsewhere', charge }]);
  return {
    video_id: charge.id,
    creation_type: charge.creationType,
    credits_status: charge.status,
    credits,
    created_at: ledgerTimeOf(charge.at),
  };
}
