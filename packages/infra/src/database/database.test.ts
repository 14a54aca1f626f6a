import { describeDatabaseContract } from '@pixsim7/testkit';
import { openTestDatabase } from './testing/open-test-database.ts';

describeDatabaseContract('Drizzle on PGlite', () => openTestDatabase());
