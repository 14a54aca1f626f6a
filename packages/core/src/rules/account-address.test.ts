import { expect, it } from 'vitest';
import { addressIssue } from './account-address.ts';

const allowed = ['https://api.example.com', 'http://127.0.0.1:9100'];

it.each([
  [null, allowed],
  [undefined, allowed],
  ['https://api.example.com', allowed],
  ['https://api.example.com/v1/x', allowed],
  ['https://API.example.com:443/', allowed],
  ['http://127.0.0.1:9100/openapi', allowed],
  ['http://anything.internal', []],
])('%s may be used where %j may', (address, origins) => {
  expect(addressIssue(address, origins)).toBeNull();
});

it.each([
  'http://api.example.com',
  'https://api.example.com:8443',
  'https://api.example.com.evil.test',
  'https://evil.test/https://api.example.com',
  'http://127.0.0.1:9101',
  'http://localhost:9100',
])('%s may not', (address) => {
  expect(addressIssue(address, allowed)).toMatchObject({ pointer: '/base_url', code: 'not_allowed' });
});
