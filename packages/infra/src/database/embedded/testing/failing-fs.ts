import { DurableNodeFs } from '../durable-node-fs.ts';

interface Stream {
  readonly node: { readonly mode: number };
  readonly path?: string;
}

/** The parts of the module that change the calls of PostgreSQL. */
interface Module {
  readonly NODEFS: {
    realPath: (node: Stream['node']) => string;
    readonly stream_ops: {
      write: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
      fsync?: (stream: Stream) => number;
    };
    tryFSOperation(operation: () => void): void;
  };
}

/** The calls of PostgreSQL that the disk refuses, and the system error that it gives. */
export interface DiskFault {
  readonly call: 'write' | 'fsync';
  /** Part of the path of the files that are hit. */
  readonly path: string;
  readonly code: 'ENOSPC' | 'EIO' | 'EROFS' | 'EDQUOT';
}

/** A disk that works until it is told to fail, and again when the fault is taken away. */
export class FailingFs extends DurableNodeFs {
  /** Shared by every database that is opened on this disk. */
  readonly #disk: { fault: DiskFault | null };

  constructor(directory: string, disk: { fault: DiskFault | null }) {
    super(directory);
    this.#disk = disk;
  }

  override async init(...input: Parameters<DurableNodeFs['init']>): ReturnType<DurableNodeFs['init']> {
    const { emscriptenOpts } = await super.init(...input);
    const spoil = ({ NODEFS }: Module): void => {
      const { write, fsync } = NODEFS.stream_ops;
      const refuse = (call: DiskFault['call'], stream: Stream): void => {
        const { fault } = this.#disk;
        if (fault?.call !== call || !NODEFS.realPath(stream.node).includes(fault.path)) {
          return;
        }
        NODEFS.tryFSOperation(() => {
          throw Object.assign(new Error(fault.code), { code: fault.code });
        });
      };
      NODEFS.stream_ops.write = (stream, ...more) => {
        refuse('write', stream);
        return write(stream, ...more);
      };
      NODEFS.stream_ops.fsync = (stream) => {
        refuse('fsync', stream);
        return fsync?.(stream) ?? 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), spoil] } };
  }
}
