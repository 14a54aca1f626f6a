import { expect, it } from 'vitest';
import { ERROR_CODES } from '@pixsim7/pixverse';
import { describeProviderConformance } from './index.ts';
import { pixverseUnderTest } from './pixverse-under-test.ts';

describeProviderConformance('pixverse', pixverseUnderTest);

it('the refusals cover the error table of the SDK', () => {
  const sampled = pixverseUnderTest.refusals.flatMap((sample) =>
    sample.action === 'err_code' ? [sample.value] : [],
  );
  expect(sampled).toEqual(expect.arrayContaining(ERROR_CODES.map(({ code }) => code)));
});
