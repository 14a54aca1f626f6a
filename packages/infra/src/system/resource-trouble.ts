/**
 * The resource of the machine that is missing, as an error tells it.
 *
 * - `full`: no room on a disk, whoever's: ours, PostgreSQL's or the object store's
 * - `broken`: a disk that cannot be written although there is room
 * - `busy`: too many files, connections or too little memory for the moment
 */
export type ResourceTrouble = 'full' | 'broken' | 'busy';

const troubles: Readonly<Record<string, ResourceTrouble>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  storage_full: 'full',
  // PostgreSQL: disk_full.
  '53100': 'full',
  EIO: 'broken',
  EROFS: 'broken',
  // PostgreSQL: io_error.
  '58030': 'broken',
  EMFILE: 'busy',
  ENFILE: 'busy',
  // PostgreSQL: insufficient_resources (out of file descriptors), out_of_memory, too_many_connections.
  '53000': 'busy',
  '53200': 'busy',
  '53300': 'busy',
};

/** Errors are wrapped a few times on their way up; a cycle of causes would never end. */
const deepestCause = 8;

/** null when the error says nothing of a resource. Looks through its causes. */
export function resourceTroubleOf(error: unknown): ResourceTrouble | null {
  let current = error;
  for (let depth = 0; depth < deepestCause && current instanceof Error; depth += 1) {
    for (const field of ['code', 'sqlState'] as const) {
      const value: unknown = Reflect.get(current, field);
      const trouble = typeof value === 'string' ? troubles[value] : undefined;
      if (trouble !== undefined) {
        return trouble;
      }
    }
    current = current.cause;
  }
  return null;
}
