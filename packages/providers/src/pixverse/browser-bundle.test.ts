import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** The studio validates and prices while one types: the mapping has to run where there is no Node. */
async function bundle() {
  const result = await build({
    stdin: {
      contents: `export { mapParameters } from './map-parameters.ts'; export { pixverseManifest } from './manifest.ts';`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'pixverse',
    conditions: ['@pixsim7/source'],
    logLevel: 'silent',
  });
  const code = result.outputFiles[0]?.text;
  if (code === undefined) {
    throw new Error('esbuild wrote nothing');
  }
  return {
    code,
    inputs: Object.keys(result.metafile.inputs),
    imports: Object.values(result.metafile.outputs),
  };
}

describe('the mapping in a browser', () => {
  it('is bundled without Node and without the SDK', async () => {
    const { inputs, imports } = await bundle();
    expect(inputs.some((input) => input.endsWith('map-parameters.ts'))).toBe(true);
    expect(inputs.filter((input) => input.includes('packages/pixverse/'))).toEqual([]);
    expect(imports.flatMap((output) => output.imports)).toEqual([]);
  });

  it('maps and refuses where there is no process, Buffer or require', async () => {
    const { code } = await bundle();
    const script = `${code}; JSON.stringify([
      pixverse.mapParameters('text_to_video', { prompt: 'rain', model: 'v6', duration: 3 }),
      pixverse.mapParameters('text_to_video', { prompt: 'rain', duration: 3 }),
      pixverse.pixverseManifest.id,
    ])`;
    const [mapped, refused, id] = JSON.parse(runInNewContext(script) as string) as unknown[];
    expect(mapped).toMatchObject({ ok: true, mapped: { price: { credits: 21 } } });
    expect(refused).toMatchObject({ ok: false, issues: [{ pointer: '/params/duration' }] });
    expect(id).toBe('pixverse');
  });
});
