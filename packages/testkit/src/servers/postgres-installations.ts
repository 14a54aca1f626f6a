import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface PostgresInstallation {
  /** The major version, e.g. 15. */
  readonly version: number;
  /** The folder with `initdb` and `postgres`. */
  readonly binaries: string;
}

/** Debian and its relatives keep them here: a folder per major version, and none of them on the PATH. */
const debianDefault = '/usr/lib/postgresql';

/** The PostgreSQL servers of this machine, one per major version, oldest first: those on the PATH, then Debian's. */
export function findPostgresInstallations(
  path = process.env['PATH'] ?? '',
  debianFolder = debianDefault,
): PostgresInstallation[] {
  const debianVersions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const folders = [
    ...path.split(delimiter).filter((folder) => folder !== ''),
    ...debianVersions.map((version) => join(debianFolder, version, 'bin')),
  ];
  const found = new Map<number, PostgresInstallation>();
  for (const folder of folders) {
    const installation = inspect(folder);
    if (installation !== null && !found.has(installation.version)) {
      found.set(installation.version, installation);
    }
  }
  return [...found.values()].sort((left, right) => left.version - right.version);
}

function inspect(folder: string): PostgresInstallation | null {
  const initdb = join(folder, 'initdb');
  if (!existsSync(initdb)) {
    return null;
  }
  // The PATH may have a link to one program, and none to its neighbours.
  const binaries = dirname(realpathSync(initdb));
  const server = join(binaries, 'postgres');
  if (!existsSync(server)) {
    return null;
  }
  const version = /\(PostgreSQL\) (\d+)/.exec(execFileSync(server, ['--version'], { encoding: 'utf8' }))?.[1];
  return version === undefined ? null : { version: Number(version), binaries };
}
