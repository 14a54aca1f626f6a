import type { WireRequest } from './send.ts';

/** A large body in one of the shapes that are expensive to read, to validate or to describe. */
export interface Flood {
  readonly name: string;
  readonly path: string;
  /** The status of the reply. */
  readonly status: number;
  body(): string;
}

const mebibyte = 1024 ** 2;
const job = { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a boat' } };
const withMembers = (more: string): string => `${JSON.stringify(job).slice(0, -1)},${more}}`;
const withPicture = (dataUrl: string): string =>
  `{"operation_type":"image_to_video","provider_id":"pixverse","params":{"prompt":"a boat","image_url":"${dataUrl}"}}`;

/** Repeats a piece until it has this many bytes. */
function repeated(bytes: number, piece: (index: number) => string): string {
  const pieces: string[] = [];
  for (let length = 0; length < bytes; length += pieces.at(-1)?.length ?? 0) {
    pieces.push(piece(pieces.length));
  }
  return pieces.join(',');
}

const members = (bytes: number): string => repeated(bytes, (index) => `"key_${index}":${index}`);

export const floods: readonly Flood[] = [
  {
    name: '31 MB of unknown keys',
    path: '/api/v1/jobs',
    status: 422,
    body: () => withMembers(members(29 * mebibyte)),
  },
  {
    name: '13 MB of invalid metadata',
    path: '/api/v1/jobs',
    status: 422,
    body: () => withMembers(`"metadata":{${members(13 * mebibyte)}}`),
  },
  {
    name: '15 MB in one value of metadata',
    path: '/api/v1/jobs',
    status: 422,
    body: () => withMembers(`"metadata":{"note":"${'x'.repeat(15 * mebibyte)}"}`),
  },
  {
    name: '50 values of metadata of 300 KB',
    path: '/api/v1/jobs',
    status: 422,
    body: () =>
      withMembers(
        `"metadata":{${Array.from({ length: 50 }, (_, index) => `"k${index}":"${'x'.repeat(300_000)}"`).join(',')}}`,
      ),
  },
  { name: '31 MB of white space', path: '/api/v1/jobs', status: 400, body: () => ' '.repeat(31 * mebibyte) },
  { name: '31 MB of open arrays', path: '/api/v1/jobs', status: 422, body: () => '['.repeat(31 * mebibyte) },
  {
    name: '31 MB of escapes',
    path: '/api/v1/jobs',
    status: 422,
    body: () => withMembers(`"name":"${String.raw`\u0041`.repeat(5 * mebibyte)}"`),
  },
  {
    name: '31 MB of Chinese',
    path: '/api/v1/quotes',
    status: 422,
    body: () => withMembers(`"name":"${'船'.repeat(10 * mebibyte)}"`),
  },
  {
    name: 'a data URL of 25 MB that is no picture',
    path: '/api/v1/quotes',
    status: 422,
    body: () => withPicture(`data:image/png;base64,${'A'.repeat(25 * mebibyte)}`),
  },
  {
    name: 'a data URL of 25 MB that is not base64',
    path: '/api/v1/jobs',
    status: 422,
    body: () => withPicture(`data:image/png;base64,${'A'.repeat(25 * mebibyte - 1)}!`),
  },
  {
    name: 'an account of 31 MB',
    path: '/api/v1/accounts',
    status: 413,
    body: () => `{${members(29 * mebibyte)}}`,
  },
];

export function floodRequest(flood: Flood, authorization: string): WireRequest {
  return {
    method: 'POST',
    path: flood.path,
    headers: [
      ['Authorization', authorization],
      ['Content-Type', 'application/json'],
    ],
    body: Buffer.from(flood.body()),
  };
}
