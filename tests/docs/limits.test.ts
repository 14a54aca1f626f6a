import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  callLimitsMs,
  defaultShares,
  importTransfer,
  outputTransfer,
  sendPace,
  uploadPace,
} from '@pixsim7/core';

const guide = readFileSync(new URL('../../docs/guides/operate.md', import.meta.url), 'utf8');

/** The cells of every row of a table whose first cell is this. */
function rowsOf(first: string): string[][] {
  return guide
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, cell]) => cell === first)
    .map((cells) => cells.slice(2, -1));
}

it.each(Object.entries(defaultShares))('the guide names the places of %s', (work, shares) => {
  const { account, host, provider, total } = shares;
  expect(rowsOf(`\`${work}\``).map((cells) => cells.slice(1).map(Number))).toContainEqual([
    account,
    host,
    provider,
    total,
  ]);
});

it.each(Object.entries(callLimitsMs))('the guide names the time limit of %s', (call, limitMs) => {
  expect(rowsOf(`\`${call}\``).map(([seconds]) => Number(seconds))).toContain(limitMs / 1_000);
});

it.each([
  ['a finished video', outputTransfer.pace, outputTransfer.timeoutMs],
  ['a file named by URL', importTransfer.pace, importTransfer.timeoutMs],
  ['an upload to us', uploadPace, null],
  ['an upload to a provider', sendPace, callLimitsMs.upload],
])('the guide names the pace of %s', (transfer, pace, timeoutMs) => {
  const longest = timeoutMs === null ? '' : timeoutMs === 3_600_000 ? '1 h' : `${timeoutMs / 1_000} s`;
  expect(rowsOf(transfer)).toEqual([
    [
      `${pace.silenceMs / 1_000} s`,
      `${pace.bytesPerSecond / 1_024} KB/s over ${pace.windowMs / 1_000} s`,
      longest,
    ],
  ]);
});
