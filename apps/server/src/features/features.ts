import { enterOlder, resumeWork } from '@pixsim7/core';
import { addAccountRoutes } from '../http/routes/accounts.ts';
import { addAssetFileRoutes } from '../http/routes/asset-files.ts';
import { addAssetRoutes } from '../http/routes/assets.ts';
import { addDocumentationRoutes } from '../http/routes/documentation.ts';
import { addEventRoutes } from '../http/routes/events.ts';
import { addHookRoute } from '../http/routes/hooks.ts';
import { addJobRoutes } from '../http/routes/jobs.ts';
import { addMaskRoutes } from '../http/routes/masks.ts';
import { addProviderRoutes } from '../http/routes/providers.ts';
import { addQueueBoardRoutes } from '../http/routes/queue-board.ts';
import type { Feature } from './feature.ts';
import { forgetOldData } from './forget-old-data.ts';

const minute = 60_000;
/** Work that fails rests for up to so long; the hourly one is not held up by it. */
const longestRestMs = 60 * minute;

/** Everything that the server does, one entry for each feature; the order is that of the API reference. */
export const features: readonly Feature[] = [
  { name: 'documentation', addRoutes: addDocumentationRoutes },
  { name: 'provider webhooks', addRoutes: (app, parts) => addHookRoute(app, parts, parts.limits) },
  {
    name: 'jobs',
    addRoutes: (app, parts) => addJobRoutes(app, parts, parts.held),
    steps: ({ dispatch, submit, check }) => ({ dispatch, submit, check }),
    maintenance: ({ dependencies }) => [resumeWork(dependencies), enterOlder(dependencies)],
  },
  { name: 'providers', addRoutes: addProviderRoutes },
  { name: 'masks', addRoutes: (app, parts) => addMaskRoutes(app, parts, parts.held) },
  {
    name: 'accounts',
    addRoutes: addAccountRoutes,
    maintenance: ({ core }) => [
      {
        intervalMs: minute / 4,
        longestRestMs: 2 * minute,
        failed: 'reading balances failed',
        work: () => core.accounts.readDueBalances(),
      },
    ],
  },
  {
    name: 'assets',
    addRoutes: (app, parts) => {
      addAssetRoutes(app, parts, parts.limits);
      addAssetFileRoutes(app, parts);
    },
    steps: ({ ingest, poster }) => ({ ingest, poster }),
    maintenance: ({ core, dependencies: { blobs } }) => [
      {
        intervalMs: 10 * minute,
        longestRestMs,
        failed: 'removing unused files failed',
        work: () => core.assets.sweep(),
      },
      {
        intervalMs: 60 * minute,
        longestRestMs,
        failed: 'removing temporary files failed',
        work: () => blobs.sweep(),
      },
    ],
  },
  { name: 'events', addRoutes: (app, parts) => addEventRoutes(app, parts, parts.held) },
  {
    name: 'retention',
    maintenance: (parts) => [
      {
        intervalMs: 10 * minute,
        longestRestMs,
        failed: 'deleting old records failed',
        work: () => forgetOldData(parts),
      },
    ],
  },
  {
    name: 'embedded database',
    maintenance: ({ embedded }) =>
      embedded === null
        ? []
        : [
            {
              intervalMs: minute,
              longestRestMs,
              failed: 'maintenance of the database failed',
              work: () => embedded.upkeep(),
            },
          ],
  },
  { name: 'queue board', addRoutes: addQueueBoardRoutes },
];
