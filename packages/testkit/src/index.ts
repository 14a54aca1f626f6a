/** Contract suites, builders, fake clock and simulation. Only tests import it. */
export * from './builders/index.ts';
export * from './contracts/index.ts';
export * from './servers/index.ts';
