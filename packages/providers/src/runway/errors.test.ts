import { describe, expect, it } from 'vitest';
import type { CallKind } from '../contract/error-translation.ts';
import {
  missingApiKey,
  translateConnectionError,
  translateGarbage,
  translateReply,
  translateStorageReply,
} from './errors.ts';
import { RunwayConnectionError } from './reply.ts';
import type { RunwayReply } from './reply.ts';

const reply = (status: number, body?: unknown, retryAfterSeconds: number | null = null): RunwayReply => ({
  status,
  body,
  date: null,
  retryAfterSeconds,
});
const summary = ({ class: name, code, retry, accountEffect }: ReturnType<typeof translateReply>) =>
  `${name} ${code} ${retry} ${accountEffect}`;

describe('a refusal for certain', () => {
  it.each([
    [400, 'InvalidRequestError provider_rejected never none'],
    [401, 'AuthenticationError credentials_invalid other_account disabled'],
    [403, 'InvalidRequestError provider_rejected other_account none'],
    [404, 'JobNotFoundError input_unavailable never none'],
    [405, 'InvalidRequestError internal never none'],
    [413, 'InvalidRequestError provider_rejected never none'],
    [422, 'InvalidRequestError provider_rejected never none'],
    [429, 'RateLimitError rate_limited later cooldown'],
  ])('HTTP %i of a submit', (status, expected) => {
    const error = translateReply(reply(status, { error: 'their words' }), 'submit');
    expect(summary(error)).toBe(expected);
    expect(error).toMatchObject({
      charged: 'no',
      providerCode: `HTTP ${status}`,
      providerMessage: 'their words',
    });
    expect(error.message).not.toContain('their words');
  });

  it.each(['You do not have enough credits to run this task.', 'not ENOUGH CREDITS'])(
    'knows a lack of credits by its words alone: %s',
    (words) => {
      expect(summary(translateReply(reply(400, { error: words }), 'submit'))).toBe(
        'QuotaExceededError insufficient_credits other_account exhausted',
      );
    },
  );

  it('does not take a prompt about credits for a lack of them', () => {
    const body = {
      error: 'Validation: enough credits',
      issues: [{ path: ['promptText'], message: 'too long' }],
    };
    expect(translateReply(reply(400, body), 'submit').class).toBe('InvalidRequestError');
  });

  it.each(['promptImage', 'promptVideo', 'videoUri', 'references'])(
    'blames the file when the issue is about %s',
    (member) => {
      const body = {
        error: 'Validation of body failed',
        issues: [{ path: [member, 0, 'uri'], message: 'gone' }],
      };
      const error = translateReply(reply(400, body), 'submit');
      expect(error.message).toContain('one of the files');
      expect(summary(error)).toBe('InvalidRequestError input_rejected other_provider none');
      expect(error.providerMessage).toBe(`Validation of body failed | ${member}.0.uri: gone`);
    },
  );

  it('waits long for a limit that counts the last day, unless it is told how long', () => {
    const body = { error: 'You have reached your daily generation limit for this model.' };
    expect(translateReply(reply(429, body), 'submit')).toMatchObject({
      class: 'RateLimitError',
      retry: 'other_account',
      accountEffect: 'cooldown',
      retryAfterSeconds: 3_600,
    });
    expect(translateReply(reply(429, body, 20), 'submit').retryAfterSeconds).toBe(20);
    expect(translateReply(reply(429, undefined, 7), 'submit').retryAfterSeconds).toBe(7);
    expect(translateReply(reply(429), 'submit').retryAfterSeconds).toBeNull();
  });

  it('tells a task that is not there from an input that is not there', () => {
    expect(translateReply(reply(404), 'read').code).toBe('provider_job_not_found');
    expect(translateReply(reply(404), 'upload').code).toBe('input_unavailable');
  });
});

describe('a submit without a usable answer', () => {
  it.each([302, 408, 500, 502, 503, 504, 599])(
    'HTTP %i leaves it open, and advises no new attempt',
    (status) => {
      expect(translateReply(reply(status), 'submit')).toMatchObject({
        code: 'outcome_unknown',
        charged: 'unknown',
        retry: 'never',
        accountEffect: 'none',
        providerCode: `HTTP ${status}`,
      });
    },
  );

  it('so does a success without a task, and a connection that broke', () => {
    expect(translateGarbage(reply(200), 'submit')).toMatchObject({
      class: 'ProviderError',
      code: 'outcome_unknown',
      charged: 'unknown',
    });
    const cause = new RunwayConnectionError('ECONNRESET', true);
    expect(translateConnectionError(cause, 'submit')).toMatchObject({
      class: 'ProviderUnavailableError',
      code: 'outcome_unknown',
      charged: 'unknown',
      cause,
    });
  });

  it('is a plain failure when no connection came about', () => {
    expect(
      translateConnectionError(new RunwayConnectionError('ECONNREFUSED', false), 'submit'),
    ).toMatchObject({
      code: 'provider_unavailable',
      charged: 'no',
      retry: 'later',
    });
  });
});

describe('a call that costs nothing', () => {
  it.each<[CallKind]>([['read'], ['upload']])('%s: fails for now, whatever got lost', (kind) => {
    for (const error of [
      translateReply(reply(503), kind),
      translateReply(reply(408), kind),
      translateConnectionError(new RunwayConnectionError('ECONNRESET', true), kind),
    ]) {
      expect(error).toMatchObject({ class: 'ProviderUnavailableError', retry: 'later', charged: 'no' });
    }
    expect(translateGarbage(reply(200), kind)).toMatchObject({
      class: 'ProviderError',
      code: 'provider_failed',
      retry: 'later',
      charged: 'no',
    });
  });

  it.each([
    [400, 'InvalidRequestError input_rejected other_provider none'],
    [403, 'InvalidRequestError input_rejected other_provider none'],
    [500, 'ProviderUnavailableError provider_unavailable later none'],
    [503, 'ProviderUnavailableError provider_unavailable later none'],
  ])('HTTP %i of the storage never says anything about the account', (status, expected) => {
    const error = translateStorageReply(reply(status));
    expect(summary(error)).toBe(expected);
    expect(error).toMatchObject({ charged: 'no', providerCode: `storage HTTP ${status}` });
  });
});

it('an account without a secret is an account with a wrong one', () => {
  expect(missingApiKey()).toMatchObject({
    class: 'AuthenticationError',
    accountEffect: 'disabled',
    charged: 'no',
  });
});
