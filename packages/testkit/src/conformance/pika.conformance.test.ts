import { describeProviderConformance } from './index.ts';
import { pikaUnderTest } from './pika-under-test.ts';

describeProviderConformance('pika', pikaUnderTest);
