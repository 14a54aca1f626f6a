import { isBuiltin } from 'node:module';
import { allowedImports, onlyBelow, placesOfAll, placesOfOne, providerNames } from './layers.ts';

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Package {
  readonly name: string;
  /** Relative to the repository, without a slash at the end. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly files: readonly SourceFile[];
}

const importPattern =
  /(?:^|[;\s])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/gu;

/** Every module that a source text imports, type imports and dynamic ones included. */
export function importsOf(text: string): string[] {
  const withoutComments = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/gu, '');
  return [...withoutComments.matchAll(importPattern)].flatMap(
    (match) => match[1] ?? match[2] ?? match[3] ?? [],
  );
}

export function isTest(path: string): boolean {
  return /\.test\.ts$|\/__tests__\/|\/__fixtures__\//u.test(path);
}

/** Name of the package that a specifier names, without a path inside it. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Breaches of the import table and undeclared dependencies, as sentences. Tests may import the testkit as well. */
export function findImportViolations(packages: readonly Package[]): string[] {
  return packages.flatMap((entry) => [
    ...entry.dependencies
      .filter((name) => name.startsWith('@pixsim7/') && !mayImport(entry.name, name, true))
      .map((name) => `${entry.folder}/package.json lists ${name}, which ${entry.name} may not import`),
    ...entry.files.flatMap((file) =>
      importsOf(file.text).flatMap((specifier) => describe(entry, file, specifier)),
    ),
  ]);
}

function describe(entry: Package, file: SourceFile, specifier: string): string[] {
  if (isBuiltin(specifier)) {
    return [];
  }
  if (specifier.startsWith('.')) {
    const target = new URL(specifier, `file:///${file.path}`).pathname.slice(1);
    return target.startsWith(`${entry.folder}/`)
      ? []
      : [`${file.path} reaches out of its package to ${specifier}; import the package by its name`];
  }
  const test = isTest(file.path);
  if (specifier.startsWith('@pixsim7/')) {
    if (test) {
      return [];
    }
    const place = onlyBelow[packageOf(specifier)];
    if (entry.name === '@pixsim7/server' && place !== undefined && !file.path.startsWith(place)) {
      return [`${file.path} imports ${specifier}, which only ${place} may do`];
    }
    return mayImport(entry.name, specifier, false)
      ? []
      : [`${file.path} imports ${specifier}, which ${entry.name} may not`];
  }
  // npm hoists, so an undeclared import resolves here and fails at a stranger's.
  const declared = test || entry.dependencies.includes(packageOf(specifier));
  return declared
    ? []
    : [`${file.path} imports ${specifier}, which ${entry.folder}/package.json does not list`];
}

function mayImport(from: string, to: string, wholePackage: boolean): boolean {
  const allowed = allowedImports[from];
  if (allowed === undefined) {
    throw new Error(`${from} is not in the import table; add it to tests/architecture/layers.ts.`);
  }
  return (
    from === to ||
    allowed.some((name) => (wholePackage ? packageOf(name) === to : name === to || to.startsWith(`${name}/`)))
  );
}

/** Production files outside a provider's own places that name it, in whatever spelling, as sentences. */
export function findProviderNames(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isTest(file.path) && !placesOfAll.some((place) => place.test(file.path)))
    .flatMap((file) =>
      providerNames
        .filter((name) => !placesOfOne[name].some((place) => file.path.startsWith(place)))
        .filter((name) => file.text.toLowerCase().includes(name))
        .map((name) => `${file.path} names ${name}`),
    );
}
