import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostgresInstallations } from './postgres-installations.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pixsim7-installations-')));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function install(folder: string, version: string, programs = ['initdb', 'postgres']): string {
  const path = join(root, folder);
  mkdirSync(path, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(path, program), `#!/bin/sh\necho "${program} (PostgreSQL) ${version}"\n`);
    chmodSync(join(path, program), 0o755);
  }
  return path;
}

const find = (...folders: string[]) =>
  findPostgresInstallations(folders.join(delimiter), join(root, 'debian'));

describe('findPostgresInstallations', () => {
  it('finds none where there is none', () => {
    expect(find('', root, join(root, 'missing'))).toEqual([]);
  });

  it('finds those of the PATH and of Debian, oldest first', () => {
    const newest = install('newest', '18.4');
    const fromDebian = install('debian/15/bin', '15.18 (Debian 15.18-0+deb12u1)');
    expect(find(newest)).toEqual([
      { version: 15, binaries: fromDebian },
      { version: 18, binaries: newest },
    ]);
  });

  it('prefers the PATH for a version that is there twice', () => {
    const first = install('first', '15.2');
    install('debian/15/bin', '15.18');
    expect(find(first, install('second', '15.3'))).toEqual([{ version: 15, binaries: first }]);
  });

  it('follows links to the folder where the programs are together', () => {
    const binaries = install('real', '16.1');
    const links = join(root, 'links');
    mkdirSync(links);
    symlinkSync(join(binaries, 'initdb'), join(links, 'initdb'));
    expect(find(links)).toEqual([{ version: 16, binaries }]);
  });

  it('passes over a folder that cannot make a server', () => {
    expect(find(install('half', '15.1', ['initdb']))).toEqual([]);
  });
});
