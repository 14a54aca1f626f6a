import type { RowUpdate, RowWriter, RowWrites } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { rowWritesOf } from '../statements/row-writes.ts';
import { accountStatements, jobStatements, submissionStatements } from '../statements/tables.ts';

/** @param onAppend called when an event is written */
export function createRowWriter(connection: RepositoryConnection, onAppend: () => void): RowWriter {
  function write(units: readonly RowWrites[]): void {
    connection.sendLast(units.flatMap(rowWritesOf));
    if (units.some(({ events }) => events.length > 0)) {
      onAppend();
    }
  }

  /**
   * Locks the rows that the units change, in one order for everybody, and tells their versions: one map for each of accounts,
   * jobs and submissions.
   */
  async function lockVersions(units: readonly RowWrites[]): Promise<readonly Map<string, number>[]> {
    const results = await connection.sendAll([
      accountStatements.lockVersions(idsOf(units.flatMap((unit) => unit.accounts))),
      jobStatements.lockVersions(idsOf(units.flatMap((unit) => unit.jobs))),
      submissionStatements.lockVersions(idsOf(units.flatMap((unit) => unit.submissions))),
    ]);
    return results.map(
      ({ rows }) => new Map(rows.map(([id, version]) => [String(id), Number(version)] as const)),
    );
  }

  return {
    async write(unit) {
      write([unit]);
    },
    async writeMany(units) {
      const [accounts = new Map(), jobs = new Map(), submissions = new Map()] = await lockVersions(units);
      const leftOut = new Set<number>();
      const kept: RowWrites[] = [];
      for (const [place, unit] of units.entries()) {
        const claims = [
          { known: accounts, updates: unit.accounts },
          { known: jobs, updates: unit.jobs },
          { known: submissions, updates: unit.submissions },
        ];
        if (claims.every(isCurrent)) {
          claims.forEach(takeVersions);
          kept.push(unit);
        } else {
          leftOut.add(place);
        }
      }
      write(kept);
      return leftOut;
    },
  };
}

interface VersionedRow {
  readonly id: string;
  readonly version: number;
}

interface Claim {
  readonly known: Map<string, number>;
  readonly updates: readonly RowUpdate<VersionedRow>[];
}

function idsOf(updates: readonly RowUpdate<VersionedRow>[]): string[] {
  return updates.map(({ row }) => row.id);
}

function isCurrent({ known, updates }: Claim): boolean {
  return updates.every(({ row }) => known.get(row.id) === row.version);
}

/** The next unit that changes one of these rows is too late. */
function takeVersions({ known, updates }: Claim): void {
  for (const { row } of updates) {
    known.set(row.id, row.version + 1);
  }
}
