import { ConfigurationError } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { listen, problemResponse } from '../http/index.ts';
import type { HttpApp, ListenParts } from '../http/index.ts';

/** The port of a server, from before anything else is started. */
export interface Door {
  readonly url: string;
  /** Answers with this from now on; until then every request hears that the server is starting. */
  readonly serve: (fetch: HttpApp['fetch']) => void;
  /** Harmless when it is closed already. */
  readonly close: () => Promise<void>;
}

/** Opening a large database takes a few seconds. */
const retryAfterSeconds = 2;

/** @throws ConfigurationError when another program has the port */
export async function openDoor(
  { HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>,
  parts: Pick<ListenParts, 'system' | 'logger' | 'metrics'>,
): Promise<Door> {
  const starting: HttpApp['fetch'] = () => {
    const requestId = parts.system.createId('request');
    const facts = { code: 'unavailable', detail: 'The server is starting.', retryable: true } as const;
    return problemResponse({ ...facts, retryAfterSeconds }, requestId, { 'request-id': requestId });
  };
  let fetch = starting;
  try {
    const { port, close } = await listen({
      ...parts,
      fetch: (...request) => fetch(...request),
      hostname: HOST,
      port: PORT,
    });
    const host = HOST.includes(':') ? `[${HOST}]` : HOST;
    let closed: Promise<void> | null = null;
    return {
      url: `http://${host}:${port}`,
      serve: (given) => {
        fetch = given;
      },
      close: () => (closed ??= close()),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      throw error;
    }
    throw new ConfigurationError([`PORT: ${PORT} is in use by another program; set PORT to another one`]);
  }
}
