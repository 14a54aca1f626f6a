/** Rights of an API key. Reading includes lists and counts. */
export const scopes = [
  'jobs:read',
  'jobs:write',
  'assets:read',
  'assets:write',
  'accounts:read',
  'accounts:write',
  'events:read',
  'operations:read',
] as const;
/** One right of an API key. */
export type Scope = (typeof scopes)[number];
