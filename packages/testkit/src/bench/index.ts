export { createBench, type Bench, type LogLine } from './bench.ts';
export { chunksOf, FakeDownloads } from './fake-downloads.ts';
export { answers, createFakeProvider, fakePrice, outputUrl, type FakeProvider } from './fake-provider.ts';
export { ManualSystem } from './manual-system.ts';
export { RecordingQueue, type Offer } from './recording-queue.ts';
export { fakeMediaBytes, fakePoisonBytes } from '../simulation/ports/fake-media.ts';
export { refusals } from '../simulation/provider/refusals.ts';
