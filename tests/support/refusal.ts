import type { TroubleCode } from '@pixsim7/contracts';
import type { CountingProxy } from './counting-proxy.ts';

/** A server that can be reached only through a proxy that counts. */
export interface ProxiedServer {
  readonly proxy: CountingProxy;
}

/** One way in which a server refuses, or is away. */
export interface Refusal<Server> {
  readonly name: string;
  /** The code in `/health`; null when it is not a trouble there. */
  readonly code: TroubleCode | null;
  /** Brings it about. Returns the function that lifts it again. */
  apply(server: Server): Promise<() => Promise<void>>;
}

/** The server takes connections, keeps those that are open, and answers nobody. */
export function silence(code: TroubleCode | null): Refusal<ProxiedServer> {
  return {
    name: 'silent',
    code,
    async apply({ proxy }) {
      proxy.hold();
      return async () => proxy.release();
    },
  };
}
