import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, Input, UrlSource } from 'mediabunny';
import { onTestFinished } from 'vitest';
import { createRenderer } from '../render/renderer.ts';

/** A silent film of stripes. */
export async function filmFile(
  width: number,
  height: number,
  seconds: number,
  name = 'film.mp4',
): Promise<File> {
  const directory = await mkdtemp(join(tmpdir(), 'film-'));
  const renderer = createRenderer({ pictureDirectory: directory, concurrency: 1 });
  onTestFinished(async () => {
    await renderer.close();
    await rm(directory, { recursive: true });
  });
  const file = join(directory, 'film.mp4');
  const segments = [{ kind: 'placeholder', seconds, caption: '' } as const];
  await renderer.render({ width, height, label: '', segments }, file);
  return new File([new Uint8Array(await readFile(file))], name);
}

/** Silence as wav: 8 kHz, 8 bits, one channel. */
export function soundFile(seconds: number, name = 'silence.wav'): File {
  const length = seconds * 8000;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(length, 40);
  return new File([new Uint8Array(header), new Uint8Array(length).fill(128)], name);
}

/** Of a film that is served; `sound` is its codec. */
export async function filmFacts(url: string) {
  const input = new Input({ source: new UrlSource(url), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const facts = {
    width: await track?.getDisplayWidth(),
    height: await track?.getDisplayHeight(),
    seconds: await input.computeDuration(),
    sound: (await input.getPrimaryAudioTrack())?.codec ?? null,
  };
  input.dispose();
  return facts;
}
