/**
 * Reads the options of a program. When one is wrong, says so on standard error, then how they are given, and exits with 2.
 *
 * @param read throws an error that names the option
 */
export function readOptions<Options>(usage: string, read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** Node's own messages go on with advice for positional arguments, of which no program here has any. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(/\. To specify|\nDid you forget/u, 1)[0] ?? message;
}
