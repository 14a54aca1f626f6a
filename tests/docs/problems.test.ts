import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requestErrorCodes } from '@pixsim7/contracts';
import type { RequestErrorCode } from '@pixsim7/contracts';
import { problemGuide } from '../../apps/server/src/http/problems/problem-guide.ts';

const guide = readFileSync(new URL('../../docs/guides/errors.md', import.meta.url), 'utf8');

it('the guide has a row for every code, with cause and cure', () => {
  const rows = guide
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, code]) => Object.hasOwn(requestErrorCodes, code?.replaceAll('`', '') ?? ''))
    .map(([, code = '', status = '', cause = '', cure = '']) => [code, status, cause, cure]);
  const expected = Object.entries(problemGuide).map(([code, { cause, cure }]) => [
    `\`${code}\``,
    String(requestErrorCodes[code as RequestErrorCode]),
    cause,
    cure,
  ]);
  expect(rows).toEqual(expected);
});
