import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { transform } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readmeBlocks } from './__tests__/readme-blocks.ts';
import { refusal, success, TEST_API_KEY } from './__tests__/recorded-fetch.ts';
import * as sdk from './index.ts';

// Runs every ts block of the README against a loopback server, and compares what it prints.

const LONG_ID = '343252978602905123';

let server: Server;
let baseURL: string;
let requests: { route: string; traceId: unknown; body: string }[];

/** Answers by route; the first image-to-video submission loses its answer, the first poll is too early. */
const ANSWERS: Record<string, (earlier: number) => string | null> = {
  'POST /video/text/generate': () => success('{"video_id":7}'),
  'GET /video/result/7': (earlier) =>
    success(
      earlier === 0 ? '{"id":7,"status":5}' : '{"id":7,"status":1,"url":"https://media.example/7.mp4"}',
    ),
  'POST /image/upload': () => success(`{"img_id":${LONG_ID}}`),
  'POST /video/transition/generate': () => success('{"video_id":8,"credits":45}'),
  'POST /video/mask/selection': () => success('{"mask_info":[{"mask_id":"3","mask_name":"object"}]}'),
  'POST /video/swap/generate': () => success('{"video_id":11}'),
  'POST /video/img/generate': (earlier) => (earlier === 0 ? null : success('{"video_id":9}')),
  'POST /video/extend/generate': () => refusal(500008),
  'POST /account/billing/usage-detail': (earlier) =>
    earlier === 0
      ? success(
          '{"items":[{"video_id":9,"creation_type":"extend","credits":45}],"next_cursor":"a","has_more":true}',
        )
      : success('{"items":[{"creation_type":"swap_mask","credits":2}],"next_cursor":"","has_more":false}'),
  'GET /account/balance': () => success('{"account_id":1,"credit_monthly":40,"credit_package":2}'),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const route = `${request.method} ${request.url?.replace('/openapi/v2', '')}`;
      const earlier = requests.filter((one) => one.route === route).length;
      requests.push({ route, traceId: request.headers['ai-trace-id'], body });
      const answer = ANSWERS[route]?.(earlier);
      if (answer === null || answer === undefined) {
        request.socket.destroy();
      } else {
        response.end(answer);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi/v2`;
});

beforeEach(() => {
  requests = [];
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** The SDK, with its client pointed at the loopback server. */
function loopbackSdk(): typeof sdk {
  class LoopbackPixVerse extends sdk.PixVerse {
    constructor(options: sdk.PixVerseOptions) {
      super({ ...options, baseURL });
    }
  }
  return { ...sdk, PixVerse: LoopbackPixVerse };
}

type Run = (...scope: unknown[]) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as new (...parameters: string[]) => Run;

/** Runs a block as the body of a function; its imports become destructured parameters, its waits take no time. */
async function runBlock(code: string): Promise<unknown[][]> {
  const printed: unknown[][] = [];
  const { code: script } = await transform(
    code.replace(/^import \{(.*)\} from '(.*)';$/gm, 'const {$1} = modules["$2"];'),
    { loader: 'ts', target: 'es2023', format: 'esm', supported: { 'top-level-await': true } },
  );
  const scope = {
    modules: {
      '@pixsim7/pixverse': loopbackSdk(),
      'node:fs/promises': { readFile: async () => new Uint8Array([1, 2, 3]) },
    },
    process: { env: { PIXVERSE_API_KEY: TEST_API_KEY } },
    console: { log: (...values: unknown[]) => printed.push(values) },
    setTimeout: (wake: () => void) => queueMicrotask(wake),
  };
  await new AsyncFunction(...Object.keys(scope), script)(...Object.values(scope));
  return printed;
}

interface Expected {
  readonly printed: unknown[][];
  readonly routes: string[];
}

const EXPECTED: Record<string, Expected> = {
  'Make a video': {
    printed: [['succeeded', 'https://media.example/7.mp4']],
    routes: ['POST /video/text/generate', 'GET /video/result/7', 'GET /video/result/7'],
  },
  'Start from images': {
    printed: [['8', 45]],
    routes: ['POST /image/upload', 'POST /image/upload', 'POST /video/transition/generate'],
  },
  'Edit a video': {
    printed: [['11']],
    routes: ['POST /video/mask/selection', 'POST /video/swap/generate'],
  },
  'Never pay twice': {
    printed: [['recovered', '9']],
    routes: ['POST /video/img/generate', 'POST /video/img/generate'],
  },
  'Look for a lost video': {
    printed: [
      ['9', 'extend', 45],
      ['no video', 'swap_mask', 2],
    ],
    routes: ['POST /account/billing/usage-detail', 'POST /account/billing/usage-detail'],
  },
  Errors: { printed: [['not_found', 500008, 'never']], routes: ['POST /video/extend/generate'] },
  Options: { printed: [[42]], routes: ['GET /account/balance'] },
};

describe('README', () => {
  it.each([...readmeBlocks()])('%s', async (heading, code) => {
    expect({ printed: await runBlock(code), routes: requests.map(({ route }) => route) }).toEqual(
      EXPECTED[heading],
    );
  });

  it('has a run for every expectation', () => {
    expect([...readmeBlocks().keys()]).toEqual(Object.keys(EXPECTED));
  });

  it('recovers a lost answer with the identical request', async () => {
    await runBlock(readmeBlocks().get('Never pay twice') ?? '');
    const [first, second] = requests;
    expect(second).toEqual(first);
    expect(first?.body).toContain(`"img_id":${LONG_ID},`);
  });

  it('polls under fresh trace ids', async () => {
    await runBlock(readmeBlocks().get('Make a video') ?? '');
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(3);
  });
});
