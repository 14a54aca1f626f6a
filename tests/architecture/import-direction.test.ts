import { describe, expect, it } from 'vitest';
import { findImportViolations, findProviderNames, importsOf } from './find-violations.ts';
import type { Package } from './find-violations.ts';
import { allowedImports, providerNames } from './layers.ts';
import { readPackages } from './read-packages.ts';

function packageWith(
  name: string,
  folder: string,
  text: string,
  dependencies: readonly string[] = [],
): Package {
  return { name, folder, dependencies, files: [{ path: `${folder}/src/planted.ts`, text }] };
}

describe('the floor plan', () => {
  const packages = readPackages();

  it('has a row for every workspace, and every row has its workspace', () => {
    expect(packages.map((entry) => entry.name).sort()).toEqual(Object.keys(allowedImports).sort());
  });

  it('reads the sources at all', () => {
    const files = packages.flatMap((entry) => entry.files);
    expect(files.length).toBeGreaterThan(150);
    expect(files.flatMap((file) => importsOf(file.text)).length).toBeGreaterThan(500);
  });

  it('is kept by every import and every package.json', () => {
    expect(findImportViolations(packages)).toEqual([]);
  });

  it('names providers only in their own places', () => {
    expect(findProviderNames(packages.flatMap((entry) => entry.files))).toEqual([]);
  });
});

describe('the check bites', () => {
  const core = (text: string, dependencies: readonly string[] = []): string[] =>
    findImportViolations([packageWith('@pixsim7/core', 'packages/core', text, dependencies)]);

  it.each([
    ['a static import', "import { x } from '@pixsim7/infra';"],
    ['a type import', "import type { X } from '@pixsim7/infra';"],
    ['a re-export', "export * from '@pixsim7/infra';"],
    ['a dynamic import', "const x = await import('@pixsim7/infra');"],
    ['an import for its effect', "import '@pixsim7/infra';"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '@pixsim7/infra';"],
    ['an adapter instead of the contract', "import { x } from '@pixsim7/providers';"],
  ])('on %s', (_kind, text) => {
    expect(core(text)).toHaveLength(1);
  });

  it('on a path out of the package', () => {
    expect(core("import { x } from '../../infra/src/index.ts';")).toHaveLength(1);
  });

  it('on a library that package.json does not list', () => {
    expect(core("import { z } from 'zod';")).toHaveLength(1);
    expect(core("import { z } from 'zod';", ['zod'])).toEqual([]);
  });

  it('on a dependency that is only listed', () => {
    expect(core('', ['@pixsim7/infra'])).toHaveLength(1);
  });

  it.each(['@pixsim7/emulators', '@pixsim7/emulators/parts'])('on %s outside the sandbox', (specifier) => {
    const text = `await import('${specifier}');`;
    const place = (path: string): Package => ({
      name: '@pixsim7/server',
      folder: 'apps/server',
      dependencies: ['@pixsim7/emulators'],
      files: [{ path, text }],
    });
    expect(findImportViolations([place('apps/server/src/http/app.ts')])).toHaveLength(1);
    expect(findImportViolations([place('apps/server/src/sandbox/start.ts')])).toEqual([]);
  });

  it('not on a comment, and not on what is allowed', () => {
    expect(core("// import { x } from '@pixsim7/infra';\nimport { y } from '@pixsim7/contracts';")).toEqual(
      [],
    );
  });

  const places = [
    'packages/core/src',
    'packages/contracts/src',
    'packages/infra/src',
    'apps/server/src/http',
  ];

  it.each(providerNames.flatMap((name) => places.map((place) => [name, place] as const)))(
    'on %s, named in %s',
    (name, place) => {
      const path = `${place}/planted.ts`;
      const texts = [`if (id === '${name}') …`, `// as ${name.toUpperCase()} does`, `${name}.map(x);`];
      for (const text of texts) {
        expect(findProviderNames([{ path, text }])).toEqual([`${path} names ${name}`]);
      }
    },
  );

  it('on a provider inside another word, and in the folder of another provider', () => {
    expect(findProviderNames([{ path: 'packages/core/src/a.ts', text: 'createRunwayJob()' }])).toHaveLength(
      1,
    );
    expect(
      findProviderNames([{ path: 'apps/server/src/a.ts', text: 'const PIKA_API_KEY = 1' }]),
    ).toHaveLength(1);
    expect(
      findProviderNames([{ path: 'packages/providers/src/pika/a.ts', text: 'as Runway does' }]),
    ).toHaveLength(1);
  });

  it('not on the folder of the provider itself', () => {
    for (const name of providerNames) {
      const text = `export const id = '${name}';`;
      expect(findProviderNames([{ path: `packages/providers/src/${name}/manifest.ts`, text }])).toEqual([]);
    }
  });
});
