import { describeProviderConformance } from '@pixsim7/testkit/conformance';
import { lanternUnderTest } from './lantern-under-test.ts';

describeProviderConformance('lantern', lanternUnderTest);
