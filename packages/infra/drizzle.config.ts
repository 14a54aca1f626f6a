import { defineConfig } from 'drizzle-kit';

// Paths are relative to the root of the workspace, where `npm run db:generate` runs.
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/infra/src/database/schema/index.ts',
  out: './packages/infra/migrations',
});
