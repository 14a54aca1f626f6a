import { describeHistories } from './describe-histories.ts';

// `npm test` lives through those before: the same seed is the same history.
describeHistories(151, 425);
