import { describeTrouble } from '@pixsim7/infra';
import type { RunningServer } from './start-server.ts';

/** The text after the start: where things are, and a command that works when it is pasted. */
export function welcome({
  url,
  apiKeyFile,
  exampleProvider,
  sandbox,
  role,
  troubles,
}: Omit<RunningServer, 'apiKey' | 'stop'>): string {
  const attention = troubles.map((trouble) => `  Attention ${describeTrouble(trouble)}`);
  if (role === 'worker') {
    return [
      '',
      `PixSim7 runs at ${url}`,
      '  Role      worker: runs steps; serves /health, /ready and /metrics',
      ...attention,
      '',
      '',
    ].join('\n');
  }
  const key = apiKeyFile === null ? '$API_KEY' : `$(cat '${apiKeyFile}')`;
  const job = {
    operation_type: 'text_to_video',
    provider_id: exampleProvider,
    params: { prompt: 'a paper boat on rain water' },
  };
  return [
    '',
    `PixSim7 runs at ${url}`,
    `  API docs  ${url}/docs`,
    `  API key   ${apiKeyFile ?? 'from API_KEY'}`,
    ...(sandbox ? ['  Sandbox   on: small test videos that cost nothing and need no provider key'] : []),
    ...attention,
    '',
    'Make a first video:',
    `  curl -s ${url}/api/v1/jobs -H "Authorization: Bearer ${key}" \\`,
    `    -H 'Content-Type: application/json' -d '${JSON.stringify(job)}'`,
    '',
    '',
  ].join('\n');
}
