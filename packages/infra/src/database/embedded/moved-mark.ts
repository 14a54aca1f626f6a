import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * The content of this folder lives in another database now. To start here again would do the unfinished jobs a second
 * time, and pay for them.
 */
export class EmbeddedDatabaseMovedError extends Error {
  override readonly name = 'EmbeddedDatabaseMovedError';
  readonly code = 'embedded_database_moved';

  constructor(mark: string, text: string) {
    super(`${text.trim()} If you gave up that move, delete ${mark} to use this folder again.`);
  }
}

/** Beside the folder, as its lock is. */
function markOf(directory: string): string {
  return `${directory}.moved`;
}

/** @throws EmbeddedDatabaseMovedError */
export function assertNotMoved(directory: string): void {
  const mark = markOf(directory);
  if (existsSync(mark)) {
    throw new EmbeddedDatabaseMovedError(mark, readFileSync(mark, 'utf8'));
  }
}

/** @param text a sentence that says where to and when */
export function markMoved(directory: string, text: string): void {
  writeFileSync(markOf(directory), `${text}\n`, { flush: true });
}
