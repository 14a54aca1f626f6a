import { describeProviderConformance } from './index.ts';
import { runwayUnderTest } from './runway-under-test.ts';

describeProviderConformance('runway', runwayUnderTest);
