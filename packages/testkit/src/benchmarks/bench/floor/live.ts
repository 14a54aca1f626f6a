import type { Pool } from 'pg';
import { floorStatements, floorSteps } from './lives.ts';
import type { FloorStep, Life } from './lives.ts';

/** Takes one life through its four transactions. */
export type Live = (life: Life) => Promise<void>;

/** Work outside of the database that comes before a step. */
export type FloorOutside = Partial<Readonly<Record<FloorStep, Live>>>;

/** A transaction for each step of each life. @param named whether PostgreSQL keeps the plans of the statements */
export function liveAlone(pool: Pool, named: boolean, outside: FloorOutside = {}): Live {
  return async (life) => {
    for (const step of floorSteps) {
      await outside[step]?.(life);
      await writeStep(pool, step, async (send) => {
        for (const [place, { text, values: parts }] of floorStatements[step].entries()) {
          const values = parts.map((of) => of(life));
          await send(named ? { name: `${step}-${place}`, text, values } : { text, values });
        }
      });
    }
  };
}

/** A transaction for each step of all lives that wait for it while the one before is under way. */
export function liveInBatches(pool: Pool): Live {
  const write: Readonly<Record<FloorStep, Live>> = {
    create: batches(pool, 'create'),
    accept: batches(pool, 'accept'),
    finish: batches(pool, 'finish'),
    store: batches(pool, 'store'),
  };
  return async (life) => {
    for (const step of floorSteps) {
      await write[step](life);
    }
  };
}

interface Waiting {
  readonly life: Life;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function batches(pool: Pool, step: FloorStep): Live {
  let waiting: Waiting[] = [];
  let writing = false;
  const writeWaiting = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await writeStep(pool, step, async (send) => {
          for (const [place, { manyText, values: parts }] of floorStatements[step].entries()) {
            const values = parts.map((of) => batch.map(({ life }) => of(life)));
            await send({ name: `${step}-${place}-many`, text: manyText, values });
          }
        });
        batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        batch.forEach(({ reject }) => reject(error));
      }
    }
    writing = false;
  };
  return (life) =>
    new Promise((resolve, reject) => {
      waiting.push({ life, resolve, reject });
      if (!writing) {
        void writeWaiting();
      }
    });
}

type Send = (query: {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}) => Promise<void>;

async function writeStep(pool: Pool, step: FloorStep, work: (send: Send) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(async (query) => {
      const { rowCount } = await client.query(query);
      if (rowCount === null || rowCount === 0) {
        throw new Error(`The floor wrote nothing at ${step}.`);
      }
    });
    await client.query('commit');
    client.release();
  } catch (error) {
    // The transaction goes with its connection.
    client.release(true);
    throw error;
  }
}
