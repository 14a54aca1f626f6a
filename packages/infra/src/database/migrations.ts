import { fileURLToPath } from 'node:url';

/** Sources and build output are equally deep, so this holds for both. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
