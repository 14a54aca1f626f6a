/** The free room on a disk. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** The number of further files that fit; null if the file system has no such limit. */
  readonly freeFiles: number | null;
}

/** The disk that holds the data folder of this process. */
export interface DiskRoom {
  /** Kept free for work that was accepted before: below it, new work is refused. In bytes. */
  readonly reserveBytes: number;
  /** A look that is at most a second old. @throws when the disk does not answer */
  read(): Promise<DiskSpace>;
}
