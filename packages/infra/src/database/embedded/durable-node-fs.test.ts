import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durableStartParameters } from './durable-node-fs.ts';
import { startPglite } from './start-pglite.ts';
import { PowerCutFs } from './testing/power-cut-fs.ts';
import { copyPristineFolder } from './testing/pristine-folder.ts';

let root: string;
let pristine: string;
let cuts = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-power-'));
  pristine = join(root, 'pristine');
  await copyPristineFolder(pristine);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Works on a copy of the folder until the power goes, and tells which of the rows are left. */
async function rowsAfterPowerCut(
  startParameters: readonly string[],
  work: (client: PGlite) => Promise<void>,
): Promise<number[]> {
  cuts += 1;
  const disk = new PowerCutFs(copyOf(pristine, `disk-${cuts}`), join(root, `remains-${cuts}`));
  const client = await PGlite.create({ fs: disk, startParams: [...startParameters] });
  await client.exec('create table rows (id int primary key, filler text)');
  await work(client);
  // Taken before the database is closed: closing writes everything, and a power cut does not.
  const left = copyOf(disk.remains, `left-${cuts}`);
  await client.close();
  const { client: survivor } = await startPglite(left);
  try {
    const { rows } = await survivor.query<{ id: number }>('select id from rows order by id');
    return rows.map(({ id }) => id);
  } finally {
    await survivor.close();
  }
}

function copyOf(directory: string, name: string): string {
  const copy = join(root, name);
  cpSync(directory, copy, { recursive: true });
  return copy;
}

async function insert(client: PGlite, ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await client.query(`insert into rows values ($1, repeat('x', 500))`, [id]);
  }
}

const first = Array.from({ length: 40 }, (_, index) => index);
const second = Array.from({ length: 40 }, (_, index) => 100 + index);

describe('the data folder after a power cut', () => {
  it('holds every acknowledged commit', async () => {
    const rows = await rowsAfterPowerCut(durableStartParameters, (client) => insert(client, first));
    expect(rows).toEqual(first);
  });

  it('holds them also when pages were written and the log began anew in between', async () => {
    const rows = await rowsAfterPowerCut(durableStartParameters, async (client) => {
      await insert(client, first);
      await client.exec('checkpoint');
      await insert(client, second);
    });
    expect(rows).toEqual([...first, ...second]);
  });

  it('would not, if PostgreSQL were started as PGlite starts it: that is what this test can see', async () => {
    const lost = await rowsAfterPowerCut(PGlite.defaultStartParams, (client) => insert(client, first)).catch(
      () => [],
    );
    expect(lost).toEqual([]);
  });

  it('holds no half transaction', async () => {
    const rows = await rowsAfterPowerCut(durableStartParameters, async (client) => {
      await insert(client, first);
      await client.exec('begin');
      await insert(client, second);
    });
    expect(rows).toEqual(first);
  });
});
