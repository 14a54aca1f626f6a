import type { Logger } from '@pixsim7/core';

export interface LogEntry {
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

export interface RecordingLogger extends Logger {
  readonly warnings: LogEntry[];
  readonly failures: LogEntry[];
}

export function createRecordingLogger(): RecordingLogger {
  const warnings: LogEntry[] = [];
  const failures: LogEntry[] = [];
  return {
    warnings,
    failures,
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => warnings.push({ fields, message }),
    error: (fields, message) => failures.push({ fields, message }),
  };
}
