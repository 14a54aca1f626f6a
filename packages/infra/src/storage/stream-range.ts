import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from '@pixsim7/core';

// Large enough that a video costs few system calls, small enough for many readers at a time.
const chunkBytes = 256 * 1024;

/** The bytes of a range; reads only as fast as they are taken and closes the file at the end or when cancelled. */
export function streamRange(file: FileHandle, range: ByteRange): ReadableStream<Uint8Array> {
  let position = range.start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(chunkBytes, range.end + 1 - position);
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          position += bytesRead;
          if (bytesRead > 0) {
            controller.enqueue(buffer.subarray(0, bytesRead));
          }
          if (bytesRead === 0 && wanted > 0) {
            throw new Error('The file ended before its last byte.');
          }
          if (position > range.end) {
            await file.close();
            controller.close();
          }
        } catch (error) {
          await file.close();
          throw error;
        }
      },
      async cancel() {
        await file.close();
      },
    },
    // Nothing is read ahead of the reader.
    { highWaterMark: 0 },
  );
}
