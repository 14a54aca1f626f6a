import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { Logger } from '@pixsim7/core';
import type { Settings } from '../config/settings.ts';
import { humanLine } from './human-line.ts';
import { createLogDestination } from './log-destination.ts';
import type { LogStatistics } from './log-destination.ts';

/** The destination of a server's log lines, and the number that were lost. */
export interface ServerLog {
  readonly logger: Logger;
  readonly statistics: () => LogStatistics;
}

/**
 * The log of a server: standard error, so standard output stays for people and pipes. JSON, unless a person looks at
 * it in a terminal.
 */
export function createServerLog({
  LOG_FORMAT,
  LOG_LEVEL,
}: Pick<Settings, 'LOG_FORMAT' | 'LOG_LEVEL'>): ServerLog {
  const { isTTY } = process.stderr;
  const isText = LOG_FORMAT === 'text' || (LOG_FORMAT === 'auto' && isTTY);
  const colours = isTTY && process.env['NO_COLOR'] === undefined;
  const format = isText ? (line: string): string => humanLine(line, colours) : undefined;
  const destination = createLogDestination(undefined, undefined, format);
  return { logger: createLogger(LOG_LEVEL, destination), statistics: () => destination.statistics() };
}

/**
 * Structured lines, one JSON object each.
 *
 * @param destination standard error when left out, so standard output stays for people and pipes
 */
export function createLogger(
  level: Settings['LOG_LEVEL'],
  destination: DestinationStream = createLogDestination(),
): Logger {
  return pino(
    {
      level,
      base: { service: 'pixsim7' },
      serializers: { error: describeError },
      // The code never logs credentials; this is the net under it.
      redact: {
        paths: ['credentials', 'authorization', '*.credentials', '*.authorization', '*.api_key'],
        remove: true,
      },
    },
    destination,
  );
}

/** The logged form of an error: no own properties, because a library may have hung a request with its headers on it. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return { message: String(error) };
  }
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
    // Of a host with several addresses: one for each, and the error itself has no words.
    ...(error instanceof AggregateError ? { errors: error.errors.slice(0, 8).map(describeError) } : {}),
  };
}
