import { describeDatabaseContract } from '@pixsim7/testkit/contracts';
import { openTestDatabase } from './testing/open-test-database.ts';

describeDatabaseContract('Drizzle on PGlite', () => openTestDatabase());
