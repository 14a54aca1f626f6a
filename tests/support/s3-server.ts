import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

/** An object store of the test's own, on a loopback port. */
export interface S3Server {
  readonly port: number;
  close(): Promise<void>;
}

// The package has no types.
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: Record<string, unknown>) => {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
};

/** It has the bucket `videos`, and takes the key `S3RVER` with the secret `S3RVER`. */
export async function startS3Server(directory: string): Promise<S3Server> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'videos' }],
  });
  const { port } = await server.run();
  return { port, close: () => server.close() };
}
