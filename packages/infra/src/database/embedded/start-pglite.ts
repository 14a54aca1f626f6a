import { closeSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { DurableNodeFs, durableStartParameters } from './durable-node-fs.ts';
import type { EmbeddedServer } from './embedded-server.ts';
import { EmbeddedDatabaseLostError } from './lost-error.ts';
import { joinBytes, splitMessages } from './messages.ts';

/** A running PGlite that tells when it is dead. */
export interface StartedPglite extends EmbeddedServer {
  /** PGlite's own interface, for those who have the database for themselves. */
  readonly client: PGlite;
}

/** The parts of the module that are hooked; the types of the package do not describe them. */
interface PostgresModule {
  _PostgresMainLoopOnce: () => void;
  readonly FS: { readonly streams: readonly ({ readonly nfd?: number } | null | undefined)[] };
}

/** Exit status with which PGlite returns to its loop after an ordinary error. */
const backToLoop = 100;
/** First byte of the message that ends a round of the protocol. It is sent after every error, even after the last one. */
const syncMessage = 'S'.charCodeAt(0);

const settings = [
  // The default of 128 MB doubles the memory of the process and gains nothing on a database of this size.
  'shared_buffers=16MB',
  // Two segments, the smallest value. The default keeps 80 MB of log that nobody reads.
  'min_wal_size=32MB',
  'max_wal_size=64MB',
];

/**
 * The files of a database in memory that nobody has used. Only the first one of a process is created, which takes two
 * seconds of a processor; the others start from a copy in half a second.
 */
let unused: Promise<Blob> | null = null;

function unusedFiles(): Promise<Blob> {
  unused ??= createUnused().catch((error: unknown) => {
    // The next database tries again: most likely memory was short for a moment.
    unused = null;
    throw error;
  });
  return unused;
}

async function createUnused(): Promise<Blob> {
  const client = await PGlite.create({ postgresqlconf: settings });
  const files = await client.dumpDataDir('none');
  await client.close();
  return files;
}

/**
 * PostgreSQL as WebAssembly, without our tables.
 *
 * PGlite runs the loop of a dead PostgreSQL again and again and never returns: the whole process would stand still. So a
 * death is noticed here, and every later call is refused before it reaches the package.
 *
 * @param directory null: in memory
 * @param createFs for tests with a disk that fails
 * @throws EmbeddedDatabaseLostError when PostgreSQL ends during its start
 */
export async function startPglite(
  directory: string | null,
  createFs: (directory: string) => DurableNodeFs = (path) => new DurableNodeFs(path),
): Promise<StartedPglite> {
  const fs = directory === null ? null : createFs(directory);
  let death: EmbeddedDatabaseLostError | null = null;
  const client = await createClient(fs).catch((cause: unknown) => {
    throw new EmbeddedDatabaseLostError(fs?.lastComplaint() ?? 'it did not start.', { cause });
  });
  const module = Reflect.get(client, 'mod') as PostgresModule;
  const runOnce = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if (Reflect.get(Object(error), 'status') !== backToLoop) {
        death ??= new EmbeddedDatabaseLostError(fs?.lastComplaint() ?? 'it gave no reason.', {
          cause: error,
        });
      }
      throw error;
    }
  };
  const send = client.execProtocolRawSync.bind(client);
  client.execProtocolRawSync = (message) => {
    if (death === null) {
      return send(message);
    }
    // Answered with nothing, so the error of the query that died is the one that its caller sees.
    if (message[0] === syncMessage) {
      return new Uint8Array(0);
    }
    throw death;
  };
  return {
    client,
    exchange: async (messages) => {
      const answers: Uint8Array[] = [];
      for (const message of splitMessages(messages)) {
        // The bytes belong to PostgreSQL, which overwrites them.
        await client.execProtocolRawStream(message, {
          syncToFs: false,
          onRawData: (bytes) => void answers.push(bytes.slice()),
        });
        if (death !== null) {
          throw death;
        }
      }
      return joinBytes(answers);
    },
    death: () => death,
    close: () => client.close(),
    abandon: async () => closeFiles(module),
  };
}

async function createClient(fs: DurableNodeFs | null): Promise<PGlite> {
  return PGlite.create({
    ...(fs === null
      ? { loadDataDir: await unusedFiles() }
      : { fs, startParams: [...durableStartParameters] }),
    postgresqlconf: settings,
  });
}

function closeFiles({ FS }: PostgresModule): void {
  for (const stream of FS.streams) {
    if (stream?.nfd === undefined) {
      continue;
    }
    try {
      closeSync(stream.nfd);
    } catch (error) {
      // Closed before, or a disk that fails again; the descriptor is free either way.
      if (!(error instanceof Error && 'code' in error)) {
        throw error;
      }
    }
  }
}
