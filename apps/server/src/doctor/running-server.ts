import { createServer } from 'node:net';
import { healthSchema } from '@pixsim7/contracts';
import type { Health } from '@pixsim7/contracts';
import type { Settings } from '../config/settings.ts';
import { ok, problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const answerTimeoutMs = 5_000;

/** A server with the same settings that runs already. */
export interface RunningServer {
  readonly url: string;
  readonly health: Health;
}

/** The address on this machine of a server with these settings. */
function urlOf({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

/** Asks the address of the settings for its health; null when nothing of ours answers there. */
export async function findRunningServer(
  settings: Pick<Settings, 'HOST' | 'PORT'>,
  fetch: typeof globalThis.fetch,
): Promise<RunningServer | null> {
  if (settings.PORT === 0) {
    return null;
  }
  const url = urlOf(settings);
  try {
    const reply = await fetch(`${url}/health`, { signal: AbortSignal.timeout(answerTimeoutMs) });
    const health = healthSchema.safeParse(await reply.json());
    return health.success ? { url, health: health.data } : null;
  } catch {
    // Refused, silent, or no JSON: whatever is there, it is no server of ours.
    return null;
  }
}

/** The running server's account of itself. */
export function reportHealth({ url, health }: RunningServer): Finding[] {
  const unwell = Object.entries(health.checks).filter(
    ([, { status }]) => status === 'degraded' || status === 'down',
  );
  if (unwell.length === 0) {
    return [ok('server', `${url} runs ${health.version} and is healthy.`)];
  }
  return unwell.map(([name, { status, detail, code }]) =>
    (status === 'down' ? problem : warning)(
      'server',
      `${url} says of ${name}: ${detail}${code === undefined ? '' : ` (${code})`}`,
      'Its log has the reason.',
    ),
  );
}

/** Whether the address of the settings is free for the server, or taken by it. */
export async function checkAddress(
  settings: Pick<Settings, 'HOST' | 'PORT'>,
  running: RunningServer | null,
): Promise<Finding> {
  const { HOST, PORT } = settings;
  if (running !== null) {
    return ok('address', `${HOST}:${PORT} is in use by the running server.`);
  }
  const code = await tryToListen(HOST, PORT);
  switch (code) {
    case null:
      return ok('address', `${HOST}:${PORT} is free.`);
    case 'EADDRINUSE':
      return problem(
        'address',
        `${HOST}:${PORT} is in use by another program.`,
        'Set PORT to another one, or stop that program.',
      );
    case 'EACCES':
      return problem(
        'address',
        `This user is not allowed to use ${HOST}:${PORT}.`,
        'Set PORT to one above 1023.',
      );
    default:
      return problem(
        'address',
        `${HOST}:${PORT} cannot be used (${code}).`,
        'Set HOST to an address of this machine.',
      );
  }
}

/** null when it worked. */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
