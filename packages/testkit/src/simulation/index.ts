export { createFakeSystem } from './machine/fake-system.ts';
export { Random } from './machine/random.ts';
export { outsideWorld, Scheduler, type Waiter } from './machine/scheduler.ts';
export { createFakeMedia, fakeMediaBytes } from './ports/fake-media.ts';
export { fakeVault } from './ports/fake-vault.ts';
export { MemoryBlobStore, type KeptBlobs } from './ports/memory-blob-store.ts';
export type { History, Violation } from './history.ts';
export { simulate, type SimulationOptions } from './simulate.ts';
