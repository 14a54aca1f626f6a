import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationTypes, providerErrorClasses } from '@pixsim7/contracts';
import { startPixverseEmulator, emulators } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { AccountAccess, InputFile } from '@pixsim7/providers/contract';
import { createImageFile } from '@pixsim7/testkit/builders';
import { generate, imageToVideo, textToVideo } from './adapter-walk.ts';

let emulator: PixverseEmulator;
let stateDir: string;
let account: AccountAccess;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'pixsim7-walk-'));
  emulator = await startPixverseEmulator({ port: 0, stateDir, maxFrameRate: 1, renderSeconds: [0, 0] });
  const credentials = emulators['pixverse']?.credentials ?? {};
  account = { accountId: 'mine', credentials, baseUrl: emulator.baseUrl };
});

afterAll(async () => {
  await emulator.close();
  await rm(stateDir, { recursive: true, force: true });
});

async function sunset(): Promise<InputFile> {
  const bytes = Uint8Array.from(await createImageFile());
  return {
    assetId: 'sunset.png',
    mediaType: 'image',
    mimeType: 'image/png',
    bytes: bytes.byteLength,
    fileName: 'sunset.png',
    open: async () => new Blob([bytes], { type: 'image/png' }),
    madeBy: null,
  };
}

describe('the walk through an adapter without the server', () => {
  it('is quoted by the README of the package as it runs', async () => {
    const readme = await readFile(new URL('../../packages/providers/README.md', import.meta.url), 'utf8');
    const walk = await readFile(new URL('adapter-walk.ts', import.meta.url), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${walk}\`\`\``);
  });

  it('stands beside a table of what each provider can make', async () => {
    const readme = await readFile(new URL('../../packages/providers/README.md', import.meta.url), 'utf8');
    const registry = registerDefaultProviders({ fetch, createUuid: () => '' });
    for (const operation of operationTypes) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`${operation}\``)) ?? '';
      const cells = row
        .split('|')
        .map((cell) => cell.trim())
        .slice(2, 5);
      const made = ['pixverse', 'runway', 'pika'].map((id) =>
        registry.get(id).manifest.operations.some(({ operation_type: type }) => type === operation)
          ? 'yes'
          : 'no',
      );
      expect([operation, cells]).toEqual([operation, made]);
    }
    for (const [name, status] of Object.entries(providerErrorClasses)) {
      expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| ${status} `, 'u'));
    }
  });

  it('makes a video from a text', async () => {
    const output = await textToVideo(account);
    expect(output).toMatchObject({ mediaType: 'video', facts: { width: 1280, height: 720 } });
    const file = await (await fetch(output.url)).arrayBuffer();
    expect(file.byteLength).toBe(output.facts?.bytes);
  });

  it('makes a video from an image, with a movement of the camera', async () => {
    expect((await imageToVideo(account, await sunset())).url).toMatch(/^http/u);
  });

  it('says everything that is wrong before anything is sent', async () => {
    const sent = generate(account, 'text_to_video', { duration: 99, quality: '8k' });
    await expect(sent).rejects.toThrow(
      /\/params\/duration[\s\S]*\/params\/quality|\/params\/quality[\s\S]*\/params\/duration/u,
    );
  });
});
