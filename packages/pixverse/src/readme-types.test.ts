import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readmeBlocks } from './__tests__/readme-blocks.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const REPOSITORY = '../../../';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixverse-readme-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs the compiler over files in a folder of their own and gives its complaints. */
async function typecheck(files: Map<string, string>): Promise<string> {
  const configuration = {
    extends: fromHere(`${REPOSITORY}tsconfig.base.json`),
    compilerOptions: {
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
      paths: { '@pixsim7/pixverse': [fromHere('index.ts')] },
      typeRoots: [fromHere(`${REPOSITORY}node_modules/@types`)],
    },
    include: ['*.ts'],
  };
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  for (const [name, code] of files) {
    await writeFile(join(folder, `${name}.ts`), code);
  }
  const compiler = fromHere(`${REPOSITORY}node_modules/typescript/bin/tsc`);
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder], (_exitCode, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

it('README blocks typecheck, and the check would notice', async () => {
  const blocks = new Map([...readmeBlocks().values()].map((code, index) => [`block-${index}`, code]));
  expect(await typecheck(blocks)).toBe('');
  const broken = new Map([
    ['broken', "import { nothing } from '@pixsim7/pixverse';\nconsole.log(nothing);\n"],
  ]);
  expect(await typecheck(broken)).toContain("has no exported member 'nothing'");
});
