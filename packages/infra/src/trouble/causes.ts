/** An end for chains of causes that loop, and for an error of a hundred addresses. */
const longestChain = 8;
const maxCauses = 16;

/** The errors inside an error: of each address that was tried, of each command of a transaction, or its cause. */
function innerOf(error: Error): readonly unknown[] {
  if (error instanceof AggregateError) {
    return error.errors;
  }
  // Of the Redis client, when a transaction was given up.
  if ('previousErrors' in error && Array.isArray(error.previousErrors)) {
    return error.previousErrors;
  }
  return [error.cause];
}

/**
 * The errors at the bottom of an error: Node tries every address of a host and throws an AggregateError without words,
 * `fetch` says "fetch failed" and keeps the reason as its cause. Empty for something that is no error.
 */
function rootCausesOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > longestChain) {
    return [];
  }
  const roots = innerOf(error)
    .flatMap((cause) => rootCausesOf(cause, depth + 1))
    .slice(0, maxCauses);
  return roots.length === 0 ? [error] : roots;
}

/** An error and everything that it stands for, those at the bottom first: the nearer to the system, the more they say. */
export function errorsIn(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > longestChain) {
    return [];
  }
  const inner = innerOf(error)
    .flatMap((cause) => errorsIn(cause, depth + 1))
    .slice(0, maxCauses);
  return [...inner, error];
}

/** The messages of the innermost errors, each once. */
export function reasonOf(error: unknown): string {
  const words = rootCausesOf(error).map((cause) => cause.message || codeOf(cause) || cause.name);
  return [...new Set(words)].join('; ') || String(error);
}

/** The code of an error, as Node gives to those of the system. */
export function codeOf(error: unknown): string | null {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
  return typeof code === 'string' ? code : null;
}
