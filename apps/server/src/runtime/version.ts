import { readFileSync } from 'node:fs';

/** Version of this build, from the package that it belongs to. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
