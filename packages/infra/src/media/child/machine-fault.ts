const missingDecoder: readonly unknown[] = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'];

/** Whether an error is about this machine and not about the file: a failed system call, or a decoder that is not there. */
export function isMachineFault(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ('syscall' in error || missingDecoder.includes('code' in error ? error.code : null))
  );
}
