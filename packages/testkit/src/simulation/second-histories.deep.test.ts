import { describeHistories } from './describe-histories.ts';

describeHistories(501, 500);
