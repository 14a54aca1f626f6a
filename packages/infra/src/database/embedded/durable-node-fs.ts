import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The part of the WebAssembly module that this hooks into; the types of the package leave it open. */
interface NodeFileSystemModule {
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: OpenStream) => number };
    readonly node_ops: { setattr: (node: object, attributes: { mode?: number | null }) => void };
    /** Turns the errors of Node into those of the module, so PostgreSQL learns of a failed fsync. */
    tryFSOperation(operation: () => void): void;
  };
}

interface OpenStream {
  /** Descriptor of the file in this process. */
  readonly nfd: number;
}

/**
 * The data folder on the disk of this machine, with a working fsync.
 *
 * PGlite starts PostgreSQL with fsync switched off, and its file system for Node has no fsync to call: the module's
 * `fd_sync` asks the file for an operation of that name and takes its absence for success. With the operation in place
 * and the switch removed, PostgreSQL does what it always does: the log reaches the disk before a commit is
 * acknowledged, and before the pages that it describes.
 */
export class DurableNodeFs extends NodeFS {
  #lastComplaint: string | null = null;

  override async init(...input: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...input);
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...(emscriptenOpts.preRun ?? []), addFsync, keepPrivate],
        printErr: (line: string) => this.#read(line),
      },
    };
  }

  /** Why PostgreSQL ended, in its own words, e.g. `could not write to file "pg_wal/…": No space left on device`. */
  lastComplaint(): string | null {
    return this.#lastComplaint;
  }

  /** The log of PostgreSQL. Only what ends it is kept: other lines can quote values. */
  #read(line: string): void {
    const complaint = /(?:PANIC|FATAL):\s+(.*)/u.exec(line)?.[1];
    if (complaint !== undefined) {
      this.#lastComplaint = complaint;
    }
  }
}

function addFsync(module: NodeFileSystemModule): void {
  const { NODEFS } = module;
  NODEFS.stream_ops.fsync = ({ nfd }) => {
    NODEFS.tryFSOperation(() => fsyncSync(nfd));
    return 0;
  };
}

/** The module sets the mode of each new file itself, to 0666, whatever the umask of the process is. */
function keepPrivate({ NODEFS }: NodeFileSystemModule): void {
  const operations = NODEFS.node_ops;
  const setAttributes = operations.setattr;
  operations.setattr = (node, attributes) => {
    const { mode } = attributes;
    setAttributes(node, typeof mode === 'number' ? { ...attributes, mode: mode & ~0o077 } : attributes);
  };
}

/** Command line of a PostgreSQL that syncs. */
export const durableStartParameters: readonly string[] = [
  // -F switches fsync off.
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  // The default on Linux is fdatasync, which the module answers with success without doing anything.
  'wal_sync_method=fsync',
];
