import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Package, SourceFile } from './find-violations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface PackageJson {
  name: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** Every workspace of this repository with its sources. */
export function readPackages(): Package[] {
  return ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => readPackage(`${parent}/${entry.name}`)),
  );
}

function readPackage(folder: string): Package {
  const json = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageJson;
  return {
    name: json.name,
    folder,
    dependencies: Object.keys({
      ...json.dependencies,
      ...json.optionalDependencies,
      ...json.peerDependencies,
    }),
    files: readSources(join(root, folder, 'src')),
  };
}

function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(root, path).replaceAll('\\', '/'),
      text: readFileSync(path, 'utf8'),
    }));
}
