import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import type { JobParameters } from '@pixsim7/contracts';

interface BrowserMapping {
  readonly provider: string;
  /** `import.meta.url` of a file in the provider's folder. */
  readonly folder: string;
  /** The part of the provider that has no business in a browser, and its files. */
  readonly without: readonly [part: string, files: RegExp];
  /** Parameters of text to video that are taken, and their price. */
  readonly taken: readonly [params: JobParameters, credits: number];
  /** Parameters whose `duration` is refused. */
  readonly refused: JobParameters;
}

/** The studio validates and prices while one types: the mapping has to run where there is no Node. */
export function describeMappingInBrowser({
  provider,
  folder,
  without,
  taken,
  refused,
}: BrowserMapping): void {
  async function bundle() {
    const result = await build({
      stdin: {
        contents: `export { mapParameters } from './map-parameters.ts'; export { ${provider}Manifest as manifest } from './manifest.ts';`,
        resolveDir: fileURLToPath(new URL('.', folder)),
        loader: 'ts',
      },
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'bundled',
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
      imports: Object.values(result.metafile.outputs).flatMap((output) => output.imports),
    };
  }

  describe('the mapping in a browser', () => {
    const [part, files] = without;
    it(`is bundled without Node and without ${part}`, async () => {
      const { inputs, imports } = await bundle();
      expect(inputs.some((input) => input.endsWith('map-parameters.ts'))).toBe(true);
      expect(inputs.filter((input) => files.test(input))).toEqual([]);
      expect(imports).toEqual([]);
    });

    it('maps and refuses where there is no process, Buffer or require', async () => {
      const { code } = await bundle();
      const [params, credits] = taken;
      const script = `${code}; JSON.stringify([
        bundled.mapParameters('text_to_video', ${JSON.stringify(params)}),
        bundled.mapParameters('text_to_video', ${JSON.stringify(refused)}),
        bundled.manifest.id,
      ])`;
      const [mapped, refusal, id] = JSON.parse(runInNewContext(script) as string) as unknown[];
      expect(mapped).toMatchObject({ ok: true, mapped: { price: { credits } } });
      expect(refusal).toMatchObject({ ok: false, issues: [{ pointer: '/params/duration' }] });
      expect(id).toBe(provider);
    });
  });
}
