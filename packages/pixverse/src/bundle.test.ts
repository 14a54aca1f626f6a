import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { success, TEST_API_KEY } from './__tests__/recorded-fetch.ts';

describe('the browser bundle', () => {
  it('builds from the entry point without a dependency and works without Node globals', async () => {
    const result = await build({
      entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'pixverse',
      logLevel: 'silent',
    });
    const inputs = Object.keys(result.metafile.inputs);
    expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);

    // Only the globals of a browser, without those of Node: no process, Buffer or require.
    const sandbox = createContext({
      AbortController,
      Blob,
      clearTimeout,
      crypto,
      FormData,
      setTimeout,
      TextDecoder,
      URL,
      apiKey: TEST_API_KEY,
      fetch: async () => new Response(success('{"account_id":1,"credit_monthly":2,"credit_package":3}')),
    });
    runInContext(result.outputFiles[0]?.text ?? '', sandbox);
    const balance: unknown = await runInContext(
      'new pixverse.PixVerse({ apiKey }).account.balance()',
      sandbox,
    );
    expect(balance).toMatchObject({ account_id: '1', credit_monthly: 2, credit_package: 3 });
  });
});
