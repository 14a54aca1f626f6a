import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBench } from '../../apps/server/src/http/__tests__/http-bench.ts';

// The usual client generators accept the document, and their output compiles with a program that uses it. The tools are
// installed into a folder of their own: together they have 300 packages, which nothing else here needs.

const run = promisify(execFile);
const here = new URL('.', import.meta.url);
const installMs = 300_000;

let folder: string;

const tool = async (name: string, ...options: string[]): Promise<string> => {
  const env = { ...process.env, CI: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const path = join(folder, 'node_modules', '.bin', name);
  const { stdout, stderr } = await run(path, options, { cwd: folder, env }).catch((error: unknown) => {
    // The tools say on stdout what is wrong.
    throw new Error(`${name}: ${(error as { stdout?: string }).stdout ?? ''}`, { cause: error });
  });
  return `${stdout}${stderr}`;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixsim7-clients-'));
  const bench = await openBench();
  const reply = await bench.send('GET', '/openapi.json', { key: null });
  await writeFile(join(folder, 'openapi.json'), await reply.text());
  await bench.close();
  await copyFile(new URL('tools.json', here), join(folder, 'package.json'));
  await copyFile(new URL('usage.ts', here), join(folder, 'usage.ts'));
  const settings = {
    clients: { input: './openapi.json', output: { target: './orval/zod.ts', client: 'zod' } },
  };
  await writeFile(join(folder, 'orval.config.mjs'), `export default ${JSON.stringify(settings)};\n`);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
}, installMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

it('redocly finds nothing to complain about', async () => {
  const said = await tool('redocly', 'lint', 'openapi.json');
  expect(said).toContain('Your API description is valid');
  expect(said).not.toMatch(/\d+ (?:warning|error)/u);
});

it('swagger-parser takes the document', async () => {
  const script = "import p from '@apidevtools/swagger-parser'; await p.validate('openapi.json');";
  await writeFile(join(folder, 'validate.mjs'), script);
  await expect(run(process.execPath, ['validate.mjs'], { cwd: folder })).resolves.toBeDefined();
});

it('openapi-typescript, hey-api and orval generate clients that compile with a program', async () => {
  await tool('openapi-typescript', 'openapi.json', '-o', 'types.ts');
  await tool('openapi-ts', '-i', 'openapi.json', '-o', 'hey-api', '-c', '@hey-api/client-fetch');
  await tool('orval');
  expect(await readFile(join(folder, 'hey-api', 'sdk.gen.ts'), 'utf8')).toContain('createAsset');
  const options =
    '--noEmit --strict --skipLibCheck --module esnext --moduleResolution bundler --target es2022 --allowImportingTsExtensions';
  await tool('tsc', ...options.split(' '), '--lib', 'es2022,dom,dom.iterable', 'usage.ts');
});
