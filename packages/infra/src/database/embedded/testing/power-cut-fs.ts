import {
  cpSync,
  mkdirSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { DurableNodeFs } from '../durable-node-fs.ts';

interface FileNode {
  readonly mode: number;
}
interface Stream {
  readonly node: FileNode;
}

/** The part of the module that shows the calls of PostgreSQL. */
interface Module {
  readonly FS: { isDir(mode: number): boolean };
  readonly NODEFS: {
    realPath: (node: FileNode) => string;
    readonly stream_ops: {
      write: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
      fsync?: (stream: Stream) => number;
    };
    readonly node_ops: {
      mknod: (parent: FileNode, name: string, mode: number, device: number) => FileNode;
      rename: (node: FileNode, directory: FileNode, name: string) => void;
      unlink: (parent: FileNode, name: string) => void;
      rmdir: (parent: FileNode, name: string) => void;
      setattr: (node: FileNode, attributes: { readonly size?: number }) => void;
    };
  };
}

/**
 * A disk that can lose its power: next to the data folder it keeps another one with only what was synced. Names are taken
 * for durable at once, bytes only by an fsync of their file; that is the order in which most file systems are unkind.
 */
export class PowerCutFs extends DurableNodeFs {
  /** The content of the disk if the power fails now. */
  readonly remains: string;
  readonly #unsynced = new Map<string, { readonly position: number; readonly bytes: Uint8Array }[]>();

  constructor(directory: string, remains: string) {
    super(directory);
    this.remains = remains;
    cpSync(directory, remains, { recursive: true });
  }

  override async init(...input: Parameters<DurableNodeFs['init']>): ReturnType<DurableNodeFs['init']> {
    const { emscriptenOpts } = await super.init(...input);
    const watch = (module: Module): void => this.#watch(module);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), watch] } };
  }

  #remaining(path: string): string {
    return join(this.remains, relative(this.rootDir, path));
  }

  #watch({ FS, NODEFS }: Module): void {
    const { stream_ops: streams, node_ops: nodes, realPath } = NODEFS;
    const [write, fsync] = [streams.write, streams.fsync];
    const { mknod, rename, unlink, rmdir, setattr } = nodes;
    streams.write = (stream, buffer, offset, length, position) => {
      const path = realPath(stream.node);
      const bytes = Uint8Array.from(buffer.subarray(offset, offset + length));
      this.#unsynced.set(path, [...(this.#unsynced.get(path) ?? []), { position, bytes }]);
      return write(stream, buffer, offset, length, position);
    };
    streams.fsync = (stream) => {
      this.#keep(realPath(stream.node));
      return fsync?.(stream) ?? 0;
    };
    nodes.mknod = (parent, name, mode, device) => {
      const node = mknod(parent, name, mode, device);
      const path = this.#remaining(realPath(node));
      if (FS.isDir(mode)) {
        mkdirSync(path);
      } else {
        writeFileSync(path, '');
      }
      return node;
    };
    nodes.rename = (node, directory, name) => {
      const from = realPath(node);
      const to = join(realPath(directory), name);
      rename(node, directory, name);
      renameSync(this.#remaining(from), this.#remaining(to));
      this.#unsynced.set(to, this.#unsynced.get(from) ?? []);
      this.#unsynced.delete(from);
    };
    nodes.unlink = (parent, name) => {
      unlink(parent, name);
      this.#forget(join(realPath(parent), name));
    };
    nodes.rmdir = (parent, name) => {
      rmdir(parent, name);
      this.#forget(join(realPath(parent), name));
    };
    nodes.setattr = (node, attributes) => {
      setattr(node, attributes);
      if (attributes.size !== undefined) {
        truncateSync(this.#remaining(realPath(node)), attributes.size);
      }
    };
  }

  #keep(path: string): void {
    const writes = this.#unsynced.get(path) ?? [];
    this.#unsynced.delete(path);
    if (writes.length === 0) {
      return;
    }
    const file = openSync(this.#remaining(path), 'r+');
    try {
      for (const { position, bytes } of writes) {
        writeSync(file, bytes, 0, bytes.byteLength, position);
      }
    } finally {
      closeSync(file);
    }
  }

  #forget(path: string): void {
    this.#unsynced.delete(path);
    rmSync(this.#remaining(path), { recursive: true, force: true });
  }
}
