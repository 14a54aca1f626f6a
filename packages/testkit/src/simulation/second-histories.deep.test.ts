import { describeHistories } from './describe-histories.ts';

describeHistories(576, 425);
